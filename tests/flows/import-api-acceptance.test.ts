/** The minimum acceptance tests of import-api.md §13, by number, against the whole system. */
import transit from 'transit-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientBodies } from '../support/client-bodies.ts';
import { batchErrors, parserText, pushErrors, type ErrorRow } from '../support/documented-errors.ts';
import { pushOfSize, pushRecords } from '../support/import-bodies.ts';
import { sendRaw } from '../support/raw-http.ts';
import { createTestSource, send, startTestApp, type Reply, type TestApp, type TestSource } from '../support/test-app.ts';

const accepted = [201, '{"status":"OK","message":"Batch Accepted!"}'];
const sequence = '1795253001779869401';

let system: TestApp;
let source: TestSource;
beforeAll(async () => {
  system = await startTestApp();
  source = await createTestSource(system);
});
afterAll(() => system.stop());

const post = (path: string, body: unknown, type = 'application/json', { token } = source): Promise<Reply> =>
  send(system.url, 'POST', `/v2/import/${path}`, { token, body, headers: { 'content-type': type } });
async function postAccepted(...request: Parameters<typeof post>): Promise<void> {
  const { status, text } = await post(...request);
  expect([status, text]).toEqual(accepted);
}
const transitType = 'application/transit+json';
const pushTransit = (...records: readonly string[]): Promise<void> => postAccepted('push', `[${records.join(',')}]`, transitType);
async function select(sql: string, from = source): Promise<Record<string, unknown>[]> {
  await system.app.drain();
  return system.query(sql, from.accountId);
}
const upsert = (table: string, data: object, rest: object = {}): object => ({
  client_id: source.accountId,
  table_name: table,
  action: 'upsert',
  key_names: ['id'],
  sequence: 1,
  data,
  ...rest,
});

describe('1. each client completes one upsert (1 and 4 also run for real: tests/clients)', () => {
  it.each(clientBodies(0).map(({ client }) => client))('%s', async (name) => {
    const own = await createTestSource(system, 'Clients');
    const body = clientBodies(own.accountId).find(({ client }) => client === name);
    const reply = await send(system.url, 'POST', body?.path ?? '', {
      token: own.token,
      body: body?.body,
      headers: { 'content-type': body?.type ?? '' },
    });
    expect([reply.status, reply.text]).toEqual(accepted);
    expect(await select('SELECT id, name FROM clients.pets', own)).toEqual([{ id: 1, name: 'Rex' }]);
  });
});

it('2. a 19-digit sequence survives push, batch and Transit unchanged', async () => {
  const record = (table: string): string =>
    JSON.stringify(upsert(table, { id: 1 }, { sequence: 0 })).replace('"sequence":0', `"sequence":${sequence}`);
  await postAccepted('push', `[${record('by_push')}]`);
  await postAccepted(
    'batch',
    `{"table_name":"by_batch","schema":{},"key_names":["id"],"messages":[{"action":"upsert","sequence":${sequence},"data":{"id":1}}]}`,
  );
  await postAccepted(
    'push',
    transit.writer('json').write([{ ...upsert('by_transit', { id: 1 }), sequence: transit.integer(sequence) }]),
    transitType,
  );
  await pushTransit(JSON.stringify(upsert('by_big_integer', { id: 1 }, { sequence: `~n${sequence}` })));
  for (const table of ['by_push', 'by_batch', 'by_transit', 'by_big_integer']) {
    expect(await select(`SELECT _sdc_sequence::VARCHAR AS sequence FROM shop.${table}`), table).toEqual([{ sequence }]);
  }
});

describe('3. Transit is read as its writers mean it (bodies of stitchclient itself: tests/clients)', () => {
  /** Envelope keys take the cache codes 0 to 5. */
  const first = (table: string, data: string): string =>
    `["^ ","action","upsert","table_name","${table}","key_names",["id"],"sequence",1,"client_id",${source.accountId},"data",["^ ","id",1,${data}]]`;
  const second = (table: string, data: string): string =>
    `["^ ","^0","upsert","^1","${table}","^2",["id"],"^3",2,"^4",${source.accountId},"^5",["^ ","id",2,${data}]]`;

  it('with the keys of a second record as codes', async () => {
    await pushTransit(first('codes', '"name","Rex","owner",["^ ","name","Ann"]'), second('codes', '"^6","Tom","^7",["^ ","^6","Bö"]'));
    expect(await select('SELECT id, name, owner__name FROM shop.codes ORDER BY id')).toEqual([
      { id: 1, name: 'Rex', owner__name: 'Ann' },
      { id: 2, name: 'Tom', owner__name: 'Bö' },
    ]);
  });

  it('with 2,500 distinct keys, more than the cache holds', async () => {
    const halves = [0, 1250];
    const fields = (from: number, id: number): object =>
      Object.fromEntries(Array.from({ length: 1250 }, (_, column) => [`field_${from + column}`, id * (from + column)]));
    const records = [1, 2].flatMap((id) => halves.map((from) => upsert(`from_${from}`, { id, ...fields(from, id) })));
    await postAccepted('push', transit.writer('json').write(records), transitType);
    for (const from of halves) {
      const exact = Object.keys(fields(from, 1)).map((name) => `${name} = id * ${name.slice(6)}`);
      expect(await select(`SELECT id, ${exact.join(' AND ')} AS exact FROM shop.from_${from} ORDER BY id`)).toEqual([
        { id: 1, exact: true },
        { id: 2, exact: true },
      ]);
    }
  });

  it('with the key año cached as PHP does, by its bytes', async () => {
    await pushTransit(first('php', '"año",2024,"color","red"'), second('php', '"^6",2025,"^7","blue"'));
    expect(await select('SELECT id, "año", color FROM shop.php ORDER BY id')).toEqual([
      { id: 1, año: 2024, color: 'red' },
      { id: 2, año: 2025, color: 'blue' },
    ]);
  });

  it('with an astral key left uncached as Python does, by its code points', async () => {
    await pushTransit(first('python', '"né😀",1,"color","red"'), second('python', '"né😀",2,"^6","blue"'));
    expect(await select('SELECT id, "né", color FROM shop.python ORDER BY id')).toEqual([
      { id: 1, né: 1, color: 'red' },
      { id: 2, né: 2, color: 'blue' },
    ]);
  });

  it('in the verbose flavour', async () => {
    const data = '{"id":1,"seen_at":"~t2019-08-13T21:25:03.123Z","cost":"~f3.10","tags":{"~#set":["a"]}}';
    await pushTransit(
      `{"action":"upsert","table_name":"verbose","key_names":["id"],"sequence":"~i${sequence}","client_id":${source.accountId},"data":${data}}`,
    );
    expect(
      await select('SELECT seen_at::VARCHAR AS seen_at, cost::VARCHAR AS cost, _sdc_sequence::VARCHAR AS sequence FROM shop.verbose'),
    ).toEqual([{ seen_at: '2019-08-13 21:25:03.123', cost: '3.100000000000', sequence }]);
    expect(await select('SELECT value FROM shop.verbose__tags')).toEqual([{ value: 'a' }]);
  });

  it('with keywords as keys', async () => {
    await pushTransit(
      `["^ ","~:action","upsert","~:table_name","keywords","~:key_names",["id"],"~:sequence",1,"~:client_id",${source.accountId},"~:data",["^ ","~:id",1,"~:name","~:rex"]]`,
    );
    expect(await select('SELECT id, name FROM shop.keywords')).toEqual([{ id: 1, name: 'rex' }]);
  });
});

it('4. push tells 15 from 15.0, and batch refuses 15.0 for an integer', async () => {
  await postAccepted('push', JSON.stringify([upsert('numbers', { id: 1, whole: 15 })]).replace('}}', ',"fraction":15.0}}'));
  expect(await select('SELECT typeof(whole) AS whole, typeof(fraction) AS fraction FROM shop.numbers')).toEqual([
    { whole: 'BIGINT', fraction: 'DOUBLE' },
  ]);
  const schema = '{"properties":{"id":{"type":"integer"}}}';
  const batch = (id: string): string =>
    `{"table_name":"integers","schema":${schema},"messages":[{"action":"upsert","sequence":1,"data":{"id":${id}}}]}`;
  const { status, body } = await post('batch', batch('15.0'));
  expect([status, body]).toEqual([400, { error: 'Record 0 did not conform to schema:\n#/id: expected type: Integer, found: Double\n' }]);
  await postAccepted('batch', batch('15'));
});

describe('5. every documented error is reproduced as compact JSON, and nothing is stored', () => {
  const check = async ({ path, body, type, status, answer }: ErrorRow): Promise<void> => {
    const before = await head();
    const reply = await post(path.replace('/v2/import/', ''), body, type);
    const text =
      (reply.body as { input?: unknown }).input === null ? JSON.stringify({ ...(reply.body as object), error: parserText }) : reply.text;
    expect([reply.status, text]).toEqual([status, JSON.stringify(answer)]);
    expect(reply.headers.get('content-type')).toBe('application/json;charset=UTF-8');
    expect(await head()).toBe(before);
  };
  const head = async (): Promise<unknown> => ((await system.operator.call('GET', '/status'))['buffer'] as Record<string, unknown>)['head'];

  it.each(batchErrors.map((row) => [row.when, row] as const))('a batch that %s', (_, row) => check(row));
  it.each(pushErrors(0).map(({ when }) => when))('a push that %s', (name) =>
    check(pushErrors(source.accountId).find(({ when }) => when === name)!),
  );

  it('a request without a valid token', async () => {
    for (const path of ['batch', 'push', 'validate']) {
      const { status, text } = await post(path, '[]', undefined, { ...source, token: 'at_unknown' });
      expect([status, text], path).toEqual([401, '{"message":"Not Authorized"}']);
    }
  });

  it('a request to a paused source, and to a deleted one, also after a restart', async () => {
    const other = await createTestSource(system, 'Inactive');
    const path = `/v4/sources/${other.sourceId}`;
    const answers = async (): Promise<unknown[]> =>
      [await post('batch', '[]', undefined, other), await post('push', '[]', undefined, other)].map(({ status, text }) => [status, text]);
    await send(system.url, 'PUT', path, { token: other.apiKey, body: { paused_at: '2026-01-01T00:00:00Z' } });
    const inactive = [401, '{"error":"Forbidden","errors":{"error":"Connection is not active."}}'];
    expect(await answers()).toEqual([inactive, inactive]);
    await send(system.url, 'DELETE', path, { token: other.apiKey });
    expect(await answers()).toEqual([inactive, inactive]);
    system = await system.restart();
    expect(await answers()).toEqual([inactive, inactive]);
  });

  it('another verb, and another address', async () => {
    const get = await send(system.url, 'GET', '/v2/import/push', { token: source.token });
    expect([get.status, get.text]).toEqual([405, '{"message":"Method not allowed."}']);
    expect((await post('pull', '[]')).status).toBe(404);
  });
});

it('6. activate_version alone, last in a batch, twice and for an old version, and switch_view on push, are accepted and lose no row', async () => {
  const activate = { action: 'activate_version', sequence: 9 };
  const batch = (version: number, messages: readonly object[]): object => ({
    table_name: 'versions',
    schema: {},
    key_names: ['id'],
    table_version: version,
    messages,
  });
  const row = { action: 'upsert', sequence: 1, data: { id: 1 } };
  await postAccepted('batch', batch(2, [activate]));
  await postAccepted('batch', batch(2, [row, { ...row, data: { id: 2 } }, activate]));
  await postAccepted('batch', batch(2, [activate]));
  await postAccepted('batch', batch(1, [activate]));
  await postAccepted('push', [
    { client_id: source.accountId, table_name: 'versions', action: 'switch_view', table_version: 2, sequence: 9, namespace: null },
  ]);
  expect(await select('SELECT id, _sdc_table_version AS version FROM shop.versions ORDER BY id')).toEqual([
    { id: 1, version: 2 },
    { id: 2, version: 2 },
  ]);
  // A newer version waits until it is activated; on push the activation names no keys.
  await postAccepted('batch', batch(3, [{ ...row, data: { id: 3 } }]));
  expect(await select('SELECT id FROM shop.versions ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
  const { streams } = (await system.operator.call('GET', '/status')) as { streams: { table: string }[] };
  expect(streams.find(({ table }) => table === 'versions')).toMatchObject({ active_version: '2', waiting_rows: { 3: 1 } });
  await postAccepted('push', [
    { client_id: source.accountId, table_name: 'versions', action: 'switch_view', table_version: 3, sequence: 9, namespace: null },
  ]);
  expect(await select('SELECT id FROM shop.versions')).toEqual([{ id: 3 }]);
  expect((await post('batch', { ...batch(2, [activate]), table_version: undefined })).status).toBe(400);
});

it('7. a revoked token gets 401 while the second one still works, and a third is not created', async () => {
  const own = await createTestSource(system, 'Tokens');
  const tokens = `/v4/sources/${own.sourceId}/tokens`;
  const create = (): Promise<Reply> => send(system.url, 'POST', tokens, { token: own.apiKey });
  const second = (await create()).body as { access_token: string };
  expect((await create()).body).toMatchObject({ error: 'TokenLimitExceeded' });
  expect((await send(system.url, 'DELETE', `${tokens}/${own.tokenId}`, { token: own.apiKey })).status).toBe(200);
  const record = [{ ...upsert('tokens', { id: 1 }), client_id: own.accountId }];
  expect((await post('push', record, undefined, own)).status).toBe(401);
  await postAccepted('push', record, undefined, { ...own, token: second.access_token });
});

it('8. 20,000 records and 20,000,000 bytes are accepted, one more is refused, bytes with 413 before they are read', async () => {
  await postAccepted('push', pushRecords(source.accountId, 20_000));
  const messages = Array.from({ length: 20_001 }, () => ({ action: 'upsert', sequence: 1, data: {} }));
  expect((await post('push', pushRecords(source.accountId, 20_001))).status).toBe(400);
  await postAccepted('batch', { table_name: 'keyless', schema: {}, messages: messages.slice(1) });
  expect((await post('batch', { table_name: 'keyless', schema: {}, messages })).status).toBe(400);
  await postAccepted('push', pushOfSize(source.accountId, 20_000_000));
  const head = [
    'POST /v2/import/push HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${source.token}`,
    'Content-Type: application/json',
  ];
  const reply = await sendRaw(system.url, [...head, 'Content-Length: 20000001']);
  expect([reply.status, reply.body]).toEqual([
    413,
    '{"status":"ERROR","message":"Request rejected: request size (20000001 bytes) exceeds the maximum"}',
  ]);
});

it('9. one push fills two tables, mixed client ids get 422, and a batch body sent to validate gets 400', async () => {
  await postAccepted('push', [upsert('left', { id: 1 }), upsert('right', { id: 2 })]);
  expect(await select('SELECT l.id AS l, r.id AS r FROM shop.left l, shop.right r')).toEqual([{ l: 1, r: 2 }]);
  expect((await post('push', [upsert('left', { id: 3 }), upsert('left', { id: 4 }, { client_id: 1 })])).status).toBe(422);
  const { status, text } = await post('validate', {
    table_name: 'left',
    schema: {},
    messages: [{ action: 'upsert', sequence: 1, data: {} }],
  });
  expect([status, text]).toEqual([400, '{"status":"ERROR","message":"An array of records is expected"}']);
});

it('10. parameters of a media type are ignored, and Transit on batch gets 415', async () => {
  await postAccepted('push', [upsert('parameters', { id: 1 })], 'application/json; charset=utf-8');
  await postAccepted('push', [upsert('parameters', { id: 1 })], 'application/transit+json; charset=utf-8');
  const { status, text } = await post('batch', '{}', transitType);
  expect([status, text]).toEqual([415, '{"message":"Content-Type must be application/json"}']);
});
