import { advanced, immutable, oneOf, optional, required, secret, ssh, type PropertyRules, type SourceType } from './declare.ts';

const signIn: PropertyRules = { user: required(), password: secret() };

const mssql: PropertyRules = {
  host: required(),
  port: optional(),
  ...signIn,
  database: optional(),
  ssl: optional(),
  ...ssh,
  use_log_based_replication: optional(),
  include_schemas_in_destination_stream_name: optional(),
};

/** Databases whose family has one or two types. */
export const databaseTypes: readonly SourceType[] = [
  { type: 'platform.mssql', delivery: 'pull', form: mssql },
  { type: 'platform.azure', delivery: 'pull', form: mssql, details: { protocol: 'platform.mssql' } },
  {
    type: 'platform.oracle',
    delivery: 'pull',
    form: {
      host: required(),
      port: required(),
      ...signIn,
      sid: required(),
      default_replication_method: optional(oneOf('LOG_BASED', 'FULL_TABLE')),
      filter_schemas: optional(),
      scn_window_size: optional(),
      ssl: optional(),
      ...ssh,
      use_log_based_replication: optional(),
    },
    details: { pricing_tier: 'enterprise' },
  },
  {
    type: 'platform.db2',
    delivery: 'pull',
    form: { host: required(), port: required(), ...signIn, filter_schemas: optional(), ...ssh },
  },
  {
    type: 'platform.mongodb',
    delivery: 'pull',
    form: {
      host: required(),
      port: required(),
      ...signIn,
      database: required(),
      replica_set: optional(),
      include_schemas_in_destination_stream_name: immutable(),
      ssl: optional(),
      verify_mode: advanced(),
      ...ssh,
      use_log_based_replication: optional(),
    },
  },
];
