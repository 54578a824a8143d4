import { advanced, immutable, optional, oneOf, required, schemas, secret, ssh, type PropertyRules, type SourceType } from './declare.ts';

const { bool, host, num } = schemas;

const core: PropertyRules = { host: required(host), port: required(num), user: required(), password: secret(), dbname: required() };

const selection: PropertyRules = { filter_dbs: advanced(), default_replication_method: optional(), itersize: advanced() };

const hp: PropertyRules = {
  ...core,
  ssl: optional(bool),
  ...ssh,
  ...selection,
  use_log_based_replication: optional(bool),
  include_schemas_in_destination_stream_name: immutable(optional(bool)),
  logical_poll_total_seconds: advanced(),
};

const slot: PropertyRules = { replication_slot_name: optional() };
const hpOnly: PropertyRules = { incremental_limit: advanced(), socket_timeout: advanced() };

const retired: PropertyRules = {
  ...core,
  ssl: optional(bool),
  ...ssh,
  ...selection,
  include_schemas_in_destination_stream_name: optional(bool),
};

/** PostgreSQL and those that speak its protocol. */
export const postgresqlTypes: readonly SourceType[] = [
  { type: 'platform.hp-postgres', delivery: 'pull', form: { ...hp, ...slot, ...hpOnly } },
  { type: 'platform.hp-cloudsql-pg', delivery: 'pull', form: { ...hp, ...slot }, details: { protocol: 'platform.hp-postgres' } },
  { type: 'platform.hp-heroku-pg', delivery: 'pull', form: hp, details: { protocol: 'platform.hp-postgres' } },
  {
    type: 'platform.postgres',
    delivery: 'pull',
    form: { ...hp, debug_lsn: optional(bool), wal2json_message_format: advanced(optional(oneOf('1', '2'))) },
    details: { pipeline_state: 'deprecated' },
    upgrade: 'platform.hp-postgres',
  },
  {
    type: 'platform.heroku_pg',
    delivery: 'pull',
    form: retired,
    details: { pipeline_state: 'deprecated', protocol: 'platform.postgres' },
    upgrade: 'platform.hp-heroku-pg',
  },
  {
    type: 'platform.cloudsql_pg',
    delivery: 'pull',
    form: retired,
    details: { pipeline_state: 'deprecated', protocol: 'platform.postgres' },
    upgrade: 'platform.hp-cloudsql-pg',
  },
];
