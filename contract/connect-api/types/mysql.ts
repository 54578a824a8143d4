import { advanced, immutable, optional, required, schemas, secret, ssh, type PropertyRules, type SourceType } from './declare.ts';

const { bool, num, textOrTexts } = schemas;

const core: PropertyRules = { host: required(), port: required(), user: required(), password: secret() };

const ssl: PropertyRules = { ssl: optional(bool) };
const certificates: PropertyRules = {
  ssl_ca: optional(),
  ssl_cert: optional(),
  ssl_key: secret(optional()),
  ssl_client_auth_enabled: optional(bool),
};

const hp: PropertyRules = {
  ...core,
  dbname: advanced(),
  filter_dbs: optional(textOrTexts),
  server_id: optional(num),
  ...ssl,
  ...certificates,
  ...ssh,
  use_log_based_replication: optional(bool),
  include_schemas_in_destination_stream_name: immutable(optional(bool)),
  incremental_limit: advanced(),
};

const retired: PropertyRules = {
  ...core,
  database: optional(),
  server_id: optional(),
  ...ssl,
  allow_non_auto_increment_pks: optional(bool),
  ...ssh,
  use_log_based_replication: optional(),
  incremental_limit: advanced(),
};
const verified: PropertyRules = { ...certificates, check_hostname: optional(bool), verify_mode: advanced(optional(bool)) };

const current = (name: string): SourceType => ({
  type: `platform.hp-${name}`,
  delivery: 'pull',
  form: hp,
  details: { protocol: 'platform.hp-mysql' },
});
const deprecated = (name: string, form: PropertyRules): SourceType => ({
  type: `platform.${name}`,
  delivery: 'pull',
  form,
  details: { pipeline_state: 'deprecated', protocol: 'platform.mysql' },
  upgrade: `platform.hp-${name}`,
});

/** MySQL and those that speak its protocol. */
export const mysqlTypes: readonly SourceType[] = [
  ...['mysql', 'mariadb', 'aurora', 'cloudsql'].map(current),
  deprecated('mysql', { ...retired, ...verified, filter_dbs: optional() }),
  deprecated('mariadb', retired),
  deprecated('aurora', retired),
  deprecated('cloudsql', { ...retired, ...verified, internal_hostname: optional() }),
];
