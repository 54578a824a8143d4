import { maxWebhookKeyCharacters } from '../../webhook-types.ts';
import { byDefault, immutable, optional, readOnly, required, schemas, type SourceType } from './declare.ts';

const plainWebhooks =
  'aftership branch contentful drip formkeep iterable mailjet particleio sendgrid sendwithus sparkpost vero zapier'.split(' ');

/** Name of a top-level field. */
const webhookKey = { type: 'string', pattern: `^.{1,${maxWebhookKeyCharacters}}$` };

/** What is sent to us instead of being fetched: the Import API and webhooks. */
export const pushTypes: readonly SourceType[] = [
  { type: 'import_api', delivery: 'push', form: {}, details: { image_version: '0.latest' } },
  { type: 'webhook.incoming-webhook', delivery: 'push', form: { webhookz_primary_key: immutable(optional(webhookKey)) } },
  ...plainWebhooks.map((name): SourceType => ({ type: `webhook.${name}`, delivery: 'push', form: {} })),
  {
    type: 'webhook.customerio',
    delivery: 'push',
    form: { webhookz_primary_key: readOnly() },
    chosen: { webhookz_primary_key: 'event_id' },
  },
  {
    type: 'webhook.segment',
    delivery: 'push',
    form: {},
    oauth: { scope: byDefault(), source_names: required(schemas.texts), workspace_names: required(schemas.texts) },
  },
];
