/** Every row of import-api.md §8.2 and §8.3 that a body or a header provokes: what is sent, and the documented answer. */

export interface ErrorRow {
  readonly when: string;
  readonly path: '/v2/import/batch' | '/v2/import/push';
  readonly body: string;
  readonly type?: string;
  readonly status: number;
  /** Compared as compact JSON. */
  readonly answer: unknown;
}

const batchEnvelope = { table_name: 'pets', schema: { properties: { id: { type: 'integer' }, f: { type: 'string' } } }, key_names: ['id'] };
const message = { action: 'upsert', sequence: 1, data: { id: 1 } };

function batchRow(when: string, change: object, error: string): ErrorRow {
  const body = JSON.stringify({ ...batchEnvelope, messages: [message], ...change });
  return { when, path: '/v2/import/batch', body, status: 400, answer: { error } };
}

function recordRow(when: string, data: object, error: string): ErrorRow {
  return batchRow(when, { messages: [message, { ...message, data }] }, error);
}

export const batchErrors: readonly ErrorRow[] = [
  ...['table_name', 'schema', 'messages'].map((key) =>
    batchRow(`lacks ${key}`, { [key]: undefined }, `Request failed validation:#: required key [${key}] not found`),
  ),
  batchRow('has an unknown key', { colour: 1 }, 'Request failed validation:#: extraneous key [colour] is not permitted'),
  batchRow(
    'has an envelope key of a wrong type',
    { table_name: 7 },
    'Request failed validation:#/table_name: expected type: String, found: Integer',
  ),
  batchRow('has an array as its schema', { schema: [] }, 'Request failed validation:#/schema: expected type: JSONObject, found: JSONArray'),
  batchRow(
    'has a message without its action',
    { messages: [{ sequence: 1, data: { id: 1 } }] },
    [
      'Request failed validation:#/messages/0: #: 0 subschemas matched instead of one',
      '#/messages/0: 2 schema violations found',
      '#/messages/0: required key [action] not found',
      '#/messages/0: extraneous key [data] is not permitted',
      '#/messages/0: required key [action] not found',
    ].join('\n'),
  ),
  {
    ...batchRow('has too great a sequence', {}, 'Request failed validation:#: sequence can not be above 9223372036854775807'),
    body: JSON.stringify({ ...batchEnvelope, messages: [message] }).replace('"sequence":1', '"sequence":9223372036854775808'),
  },
  recordRow(
    'has a record of a wrong type',
    { id: 2, f: 1 },
    'Record 1 did not conform to schema:\n#/f: expected type: String, found: Integer\n',
  ),
  recordRow('has a record that lacks its key', { f: 'x' }, 'Record is missing key property id'),
  batchRow(
    'has a record whose key is null',
    { schema: {}, messages: [{ ...message, data: { id: null } }] },
    'Record is missing key property id',
  ),
  batchRow(
    'has a schema with an unknown type',
    { schema: { properties: { id: { type: 'integerr' } } } },
    'Invalid JSON schema: unknown type: [integerr]',
  ),
  batchRow(
    'has a sub-schema that is no object',
    { schema: { properties: { id: 'integer' } } },
    'Invalid JSON schema: key null: expected type is one of JSONObject, found: String',
  ),
  {
    ...batchRow('is not sent as JSON', {}, ''),
    type: 'application/transit+json',
    status: 415,
    answer: { message: 'Content-Type must be application/json' },
  },
];

export function pushErrors(accountId: number): readonly ErrorRow[] {
  const record = { client_id: accountId, table_name: 'pets', sequence: 1, action: 'upsert', key_names: ['id'], data: { id: 1 } };
  const row = (when: string, body: unknown, status: number, answer: object, type = 'application/json'): ErrorRow => ({
    when,
    path: '/v2/import/push',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    type,
    status,
    answer: { status: 'ERROR', ...answer },
  });
  const unprocessable = (when: string, change: object, reason: unknown): ErrorRow =>
    row(when, [record, { ...record, ...change }], 422, { error: 'Request cannot be processed; see errors.', errors: [{ reason }] });
  const required = ['table_name', 'sequence', 'action', 'key_names', 'data'];
  return [
    row('is not an array', record, 400, { message: 'An array of records is expected' }),
    ...['application/json', 'application/transit+json'].map((type) => row(`is malformed ${type}`, '[{', 400, malformed, type)),
    row(
      'is of another media type',
      [record],
      415,
      { message: 'Unsupported content-type text/csv. Please send application/json or application/transit+json' },
      'text/csv',
    ),
    row('lacks client_id', [{ ...record, client_id: undefined }], 401, { error: 'Not Authenticated.', errors: null }),
    row('is for another client', [{ ...record, client_id: accountId + 1 }], 403, {
      error: 'Forbidden',
      errors: { error: 'Access token is not associated with this client.' },
    }),
    unprocessable(
      'is for several clients',
      { client_id: accountId + 1 },
      `The batch contains data points for multiple clients. Only client_id ${accountId} is allowed`,
    ),
    ...required.map((name) => unprocessable(`lacks ${name}`, { [name]: undefined }, { [name]: ["can't be blank"] })),
    unprocessable('has a blank table_name', { table_name: ' ' }, { table_name: ["can't be blank"] }),
    unprocessable('has null key_names', { key_names: null }, { key_names: ["can't be blank"] }),
    unprocessable('has a text as its sequence', { sequence: '100' }, { sequence: ['should be an integer', 'should be a number'] }),
    unprocessable('has data that are no object', { data: [1] }, { data: ['data must be an object'] }),
    unprocessable('has data without the key', { data: { name: 'x' } }, { data: ['data must include keys'] }),
    unprocessable('has a null key', { data: { id: null } }, { data: ['keys cannot not be null in data'] }),
    unprocessable(
      'has key_properties instead of key_names',
      { key_names: undefined, key_properties: ['id'] },
      { key_names: ["can't be blank"], key_properties: ['unknown key'] },
    ),
    unprocessable(
      'has too long a key',
      { data: { id: 'x'.repeat(1025) } },
      { data: ['String keys cannot be longer than 1024 characters'] },
    ),
  ];
}

/** The parser's text is not documented. */
export const parserText = '(parser text)';
const malformed = { message: 'Malformed json in the body!', error: parserText, input: null };
