import {
  advanced,
  byDefault,
  immutable,
  oneOf,
  optional,
  readOnly,
  required,
  schemas,
  secret,
  type PropertyRules,
  type SourceType,
} from './declare.ts';

const { date, num } = schemas;

const start: PropertyRules = { start_date: required(date) };
const handshake = secret(byDefault());
const client: PropertyRules = { client_id: handshake, client_secret: handshake };

const reports = {
  type: 'array',
  items: { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } }, required: ['id', 'name'] },
};

/** Services with an API of their own: `start_date` and some keys in the form, the handshake where the vendor asks for one. */
export const saasTypes: readonly SourceType[] = [
  { type: 'platform.github', delivery: 'pull', form: { access_token: secret(), repository: required(), ...start } },
  {
    type: 'platform.hubspot',
    delivery: 'pull',
    form: {
      ...start,
      include_inactives: optional(),
      require_content_scope: optional(),
      email_chunk_size: optional(),
      subscription_chunk_size: optional(),
    },
    oauth: { ...client, redirect_uri: handshake, refresh_token: handshake },
  },
  {
    type: 'platform.salesforce',
    delivery: 'pull',
    form: {
      ...start,
      api_type: immutable(required(oneOf('REST', 'BULK'))),
      select_fields_by_default: required(),
      is_sandbox: immutable(),
      quota_percent_per_run: optional(),
      quota_percent_total: optional(),
    },
    oauth: { ...client, instance_url: byDefault(), orgid: byDefault(optional()), refresh_token: handshake },
  },
  {
    type: 'platform.shopify',
    delivery: 'pull',
    form: { ...start, shop: required(), date_window_size: advanced(), results_per_page: advanced() },
    oauth: { api_key: handshake },
  },
  {
    type: 'platform.stripe',
    delivery: 'pull',
    form: { ...start, whitelist_map: optional(), date_window_size: advanced() },
    oauth: { account_id: byDefault(), client_secret: handshake },
  },
  {
    type: 'platform.google-sheets',
    delivery: 'pull',
    form: { ...start, spreadsheet_id: required() },
    oauth: { ...client, refresh_token: handshake, user_id: byDefault(optional()) },
  },
  {
    type: 'platform.google-analytics',
    delivery: 'pull',
    form: {
      ...start,
      report_definitions: optional(reports),
      quota_user: readOnly(),
      cached_profile_lookup: byDefault(optional(null)),
    },
    oauth: { ...client, refresh_token: handshake, view_id: required(), user_id: byDefault(optional()) },
    details: { default_start_date: '-30 days' },
    chosen: { quota_user: 'thimble_{account}' },
  },
  {
    type: 'platform.facebook',
    delivery: 'pull',
    form: { ...start, include_deleted: optional(), aggregate_level: optional(), insights_buffer_days: optional() },
    oauth: { access_token: handshake, account_id: required() },
  },
  {
    type: 'platform.recurly',
    delivery: 'pull',
    form: { ...start, api_key: secret(), subdomain: required(), quota_limit: required(num) },
  },
];
