/** What cannot be loaded, through the operator's commands: listed, taken out, and sent again after the cause is gone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from '../support/postgres-server.ts';
import { createTestSource, send, startTestApp, type Reply, type TestApp, type TestSource } from '../support/test-app.ts';
import { thimble } from '../support/thimble-command.ts';

let system: TestApp;
let source: TestSource;
let flags: string[];
beforeAll(async () => {
  system = await startTestApp();
  source = await createTestSource(system);
  flags = ['--source', String(source.sourceId), '--data', system.dataDirectory];
});
afterAll(() => system.stop());

const configure = (properties: object): Promise<{ status: number }> =>
  send(system.url, 'PUT', `/v4/sources/${source.sourceId}`, { token: source.apiKey, body: { properties } });

/** Pushes `[sequence, data]` pairs, both as JSON text. */
async function push(table: string, ...records: readonly (readonly [string, string])[]): Promise<void> {
  const elements = records.map(
    ([sequence, data]) =>
      `{"client_id":${source.accountId},"table_name":"${table}","action":"upsert","key_names":["id"],"sequence":${sequence},"data":${data}}`,
  );
  const { status } = await send(system.url, 'POST', '/v2/import/push', { token: source.token, body: `[${elements.join(',')}]` });
  expect(status).toBe(201);
  await system.app.drain();
}

describe('rejects', () => {
  it('are listed, exported to the digit, and replayed once the source takes their types', async () => {
    expect((await configure({ schema_drift: 'reject' })).status).toBe(200);
    await push(
      'orders',
      ['1', '{"id":1,"v":7}'],
      ['1795253001779869402', '{"id":2,"v":"seven","big":9007199254740993,"f":15.0}'],
      ['3', '{"id":3}'],
    );
    await push('lines', ['5', '{"id":1,"n":99999999999999999999}']);
    expect(await system.query('SELECT id FROM shop.orders ORDER BY id')).toEqual([{ id: 1 }, { id: 3 }]);

    const listed = await thimble('rejects', 'list', ...flags, '--json');
    expect(listed.code).toBe(0);
    expect(JSON.parse(listed.out)).toMatchObject({
      rejects: [
        { table: 'lines', state: 'rejected', scope: 'record', reason: 'integer out of range for DuckDB on 99999999999999999999' },
        {
          table: 'orders',
          sequence: '1795253001779869402',
          reason: 'Type string does not fit column [v] of type bigint, and schema_drift is reject',
        },
      ],
    });
    const [first] = JSON.parse((await thimble('rejects', 'list', ...flags, '--limit', '1', '--json')).out).rejects;
    const second = await thimble('rejects', 'list', ...flags, '--before', String(first.id));
    expect(second.out).toContain('orders');
    expect(second.out).not.toContain('lines');

    const exported = await thimble('rejects', 'export', ...flags, '--table', 'orders');
    expect(exported.out).toMatch(
      /^\{"record":\{"id":2,"v":"seven","big":9007199254740993,"f":15\.0\},"sequence":1795253001779869402,"reason":"Type string [^"]*","table":"orders","rejected_at":"[^"]*Z","id":\d+,"state":"rejected"\}\n$/,
    );

    expect((await configure({ schema_drift: null })).status).toBe(200);
    expect((await thimble('rejects', 'replay', ...flags, '--table', 'orders')).out).toBe('1 rejects were sent again.\n');
    await system.app.drain();
    expect(await system.query('SELECT id, v__bi, v__st, big, f, _sdc_sequence::VARCHAR AS q FROM shop.orders WHERE id = 2')).toEqual([
      { id: 2, v__bi: null, v__st: 'seven', big: '9007199254740993', f: 15, q: '1795253001779869402' },
    ]);
    expect(JSON.parse((await thimble('rejects', 'list', ...flags, '--state', 'replayed', '--json')).out).rejects).toMatchObject([
      { table: 'orders' },
    ]);
    expect(JSON.parse((await thimble('rejects', 'replay', ...flags, '--json')).out)).toEqual({ replayed: 1, uncertain: 0, damaged: 0 });
    await system.app.drain();
    expect(await system.query('SELECT count(*) AS n FROM shop._sdc_rejected')).toEqual([{ n: 3 }]);
  });

  it('are not found for a source that is not there, and wrong flags are said', async () => {
    const data = ['--data', system.dataDirectory];
    expect(await thimble('rejects', 'list', '--source', '4242', ...data)).toMatchObject({ code: 1, err: 'Source not found (4242).\n' });
    expect(await thimble('rejects', 'export', '--source', 'shop', ...data)).toMatchObject({
      code: 64,
      err: '--source must be a number.\n',
    });
    expect(await thimble('rejects', 'replay', ...data)).toMatchObject({ code: 64 });
    expect(await thimble('rejects', 'list', ...flags, '--state', 'lost')).toMatchObject({ code: 1, err: expect.stringContaining('state') });
  });
});

describe('rejects of a source whose destination is PostgreSQL', () => {
  let postgres: PostgresServer;
  beforeAll(async () => void (postgres = await startPostgres({ version: 18 })), 60_000);
  afterAll(() => postgres.stop());

  it('are kept there, listed, exported, and replayed once the source takes their types', async () => {
    for (const statement of ['CREATE ROLE loader LOGIN', 'CREATE DATABASE rep', 'GRANT CREATE ON DATABASE rep TO loader'])
      await postgres.query(statement);
    const own = await startTestApp();
    try {
      const shop = await createTestSource(own);
      const call = (method: string, path: string, body: object): Promise<Reply> =>
        send(own.url, method, path, { token: shop.apiKey, body });
      const change = (properties: object): Promise<Reply> => call('PUT', `/v4/sources/${shop.sourceId}`, { properties });
      const load = async (data: string): Promise<void> => {
        const body = `[{"client_id":${shop.accountId},"table_name":"orders","action":"upsert","key_names":["id"],"sequence":1,"data":${data}}]`;
        expect((await send(own.url, 'POST', '/v2/import/push', { token: shop.token, body })).status).toBe(201);
        await own.app.drain();
      };
      const { host, port } = postgres;
      const properties = { host, port, database: 'rep', username: 'loader', password: 'unused', ssl: false, encryption_type: 'none' };
      const { body } = await call('POST', '/v4/destinations', { type: 'postgres', properties });
      const moved = await call('PUT', `/v4/sources/${shop.sourceId}`, { destination_id: (body as { id: number }).id });
      expect(moved.status).toBe(200);
      await change({ schema_drift: 'reject' });
      await load('{"id":1,"v":7}');
      await load('{"id":2,"v":"seven","f":15.0}');
      const orders = (): Promise<unknown> => postgres.query('SELECT * FROM shop.orders ORDER BY id', 'rep');
      expect(await orders()).toHaveLength(1);

      const ownFlags = ['--source', String(shop.sourceId), '--data', own.dataDirectory];
      const listed = await thimble('rejects', 'list', ...ownFlags, '--json');
      expect(JSON.parse(listed.out)).toMatchObject({ rejects: [{ table: 'orders', state: 'rejected', sequence: '1' }] });
      const exported = await thimble('rejects', 'export', ...ownFlags);
      expect(exported.out).toContain('{"record":{"id":2,"v":"seven","f":15.0},"sequence":1,');
      await change({ schema_drift: 'widen' });
      expect((await thimble('rejects', 'replay', ...ownFlags)).out).toBe('1 rejects were sent again.\n');
      await own.app.drain();
      expect(await orders()).toMatchObject([
        { id: '1', v: '7', f: null },
        { id: '2', v: 'seven', f: 15 },
      ]);
      expect(JSON.parse((await thimble('rejects', 'list', ...ownFlags, '--state', 'replayed', '--json')).out).rejects).toHaveLength(1);
    } finally {
      await own.stop();
    }
  });
});

describe('hard deletes', () => {
  it('take the row, its children and every older record', async () => {
    expect((await configure({ on_delete: 'hard' })).status).toBe(200);
    await push('people', ['1', '{"id":1,"tags":["a"]}'], ['2', '{"id":2,"tags":["b"]}']);
    await push('people', ['10', '{"id":1,"_sdc_deleted_at":"2024-05-01T00:00:00Z"}']);
    await push('people', ['9', '{"id":1,"tags":["late"]}']);
    expect(await system.query('SELECT id FROM shop.people')).toEqual([{ id: 2 }]);
    expect(await system.query('SELECT value FROM shop.people__tags')).toEqual([{ value: 'b' }]);
  });
});
