import { byDefault, immutable, optional, readOnly, required, schemas, secret, type SourceType } from './declare.ts';

const { date, num } = schemas;

/** What is read with a role of the customer's AWS account, and files on a server. */
export const fileTypes: readonly SourceType[] = [
  {
    type: 'platform.dynamodb',
    delivery: 'pull',
    form: {
      account_id: required(num),
      region_name: required(),
      external_id: readOnly(),
      role_name: readOnly(),
      use_local_dynamo: immutable(),
    },
    chosen: { external_id: 'thimble_connection_{source}', role_name: 'thimble_dynamodb_{account}' },
  },
  {
    type: 'platform.s3-csv',
    delivery: 'pull',
    form: {
      bucket: required(),
      account_id: required(),
      tables: required(),
      search_prefix: optional(),
      // Callers of the original set both, although its cards say they may not: what suits both is a value of ours that they may replace.
      external_id: byDefault(),
      role_name: byDefault(),
      start_date: required(date),
    },
    chosen: { external_id: 'thimble_connection_{source}', role_name: 'thimble_s3_{account}' },
  },
  {
    type: 'platform.sftp',
    delivery: 'pull',
    form: {
      host: required(),
      port: required(),
      username: required(),
      password: secret(optional()),
      tables: required(),
      start_date: required(date),
    },
  },
];
