import { bounded, host, name, optional, password, port, required, secret, tunnel, word, yesOrNo } from './declare-destination.ts';
import type { DestinationRules, DestinationType } from './declare-destination.ts';

const server: DestinationRules = { host: required(host), port: required(port) };
const account: DestinationRules = { username: required(name), password: secret(password) };
const core: DestinationRules = { ...server, database: required(name), ...account };

/** Every mark has to be in it (connect-api.md §11.3). */
const marks = ['integration_name', 'table_name', 'table_version', 'timestamp_loaded'];
const keyFormat = bounded(`^${marks.map((mark) => `(?=.*\\[${mark}\\])`).join('')}.+$`, 1000);
const fileFormat = bounded('^(csv|jsonl)$', 5);

const files: DestinationRules = {
  s3_bucket: required(word),
  output_file_format: required(fileFormat),
  s3_key_format_string: required(keyFormat),
  csv_delimiter: optional(bounded('^[,|\\t]$', 1)),
  csv_force_quote: optional(yesOrNo),
  sentinel_key: { ...secret(word), kind: 'system_provided_by_default' },
};

/** The destination types of connect-api.md §11.3, and `duckdb`, the embedded warehouse, which is ours: its file is chosen by the server. */
export const destinationCatalogue: readonly DestinationType[] = [
  {
    type: 'postgres',
    form: {
      ...core,
      ssl: required(yesOrNo),
      sslrootcert: optional(bounded('^\\s*-----BEGIN CERTIFICATE-----', 65_536)),
      ...tunnel,
    },
    hasSink: true,
  },
  { type: 'duckdb', form: {}, hasSink: true },
  { type: 'redshift', form: { ...core, ...tunnel }, hasSink: false },
  { type: 'panoply', form: { ...core, ...tunnel }, hasSink: false },
  { type: 'mysql_destination', form: { ...server, ...account, ssl: optional(yesOrNo) }, hasSink: false, state: 'beta' },
  { type: 'mssql_server', form: { ...core, ssl: optional(yesOrNo), ...tunnel }, hasSink: false },
  {
    type: 'snowflake',
    form: { ...core, warehouse: required(word), username: secret(word), role: optional(word) },
    hasSink: false,
  },
  { type: 's3', form: files, hasSink: false },
  {
    type: 'bigquery_v2',
    form: {
      cloud_storage_location: required(word),
      loading_mode: { ...required(bounded('^(UPSERT|APPEND_ONLY)$', 11)), kind: 'user_provided_immutable' },
      service_account_credentials: secret({ type: 'object' }),
      project_id: { ...required(word), kind: 'read_only' },
    },
    hasSink: false,
  },
  {
    type: 'databricks_delta',
    form: {
      access_token: secret(password),
      jdbc_url: required(bounded('^jdbc:', 2000)),
      ssh_config: required({
        type: 'object',
        properties: { ssh: yesOrNo, ssh_host: host, ssh_port: port, ssh_user: name },
      }),
      staging_area: required({
        type: 'object',
        properties: { scheme: { type: 'string', enum: ['s3'] }, bucket_name: word },
        required: ['scheme', 'bucket_name'],
      }),
    },
    hasSink: false,
  },
  {
    type: 'azure_sqldw',
    form: { ...core, azure_storage_account_token: secret(password), azure_storage_sas_url: secret(bounded('^https://', 2000)), ...tunnel },
    hasSink: false,
  },
  {
    type: 'dataworld',
    form: {
      account_id: required(word),
      output_file_format: required(fileFormat),
      s3_bucket: { ...required(word), kind: 'read_only' },
      s3_key_format_string: { ...required(keyFormat), kind: 'read_only' },
    },
    oauth: { access_token: { ...secret(password), kind: 'system_provided_by_default' } },
    hasSink: false,
  },
  {
    type: 'storagegrid',
    form: {
      ...files,
      endpoint: required(word),
      port: required(port),
      access_key_id: secret(password),
      secret_access_key: secret(password),
    },
    hasSink: false,
    state: 'alpha',
  },
];
