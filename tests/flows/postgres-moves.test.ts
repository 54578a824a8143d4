import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from '../support/postgres-server.ts';
import { createTestSource, send, startTestApp, type Reply, type TestApp, type TestSource } from '../support/test-app.ts';
import { waitFor, waitForLoadsSince } from '../support/wait-until-loaded.ts';

let postgres: PostgresServer;
let system: TestApp;
let source: TestSource;
let sent = 0;
beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.query('CREATE ROLE loader LOGIN');
  for (const name of ['one', 'two', 'three']) {
    await postgres.query(`CREATE DATABASE ${name}`);
    await postgres.query(`GRANT CREATE ON DATABASE ${name} TO loader`);
  }
  system = await startTestApp();
  source = await createTestSource(system, 'Shop');
});
afterAll(async () => {
  await system.stop();
  await postgres.stop();
});

const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
  send(system.url, method, path, { token: source.apiKey, ...(body === undefined ? {} : { body }) });

async function destinationIn(database: string): Promise<number> {
  const connection = { host: postgres.host, port: postgres.port, database, username: 'loader', password: 'pw' };
  const properties = { ...connection, ssl: false, encryption_type: 'none' };
  const { status, body } = await call('POST', '/v4/destinations', { type: 'postgres', name: database, properties });
  expect(status).toBe(200);
  return (body as { id: number }).id;
}

async function push(): Promise<void> {
  const ids = Array.from({ length: 5 }, (_, index) => sent + index + 1);
  sent += ids.length;
  const schema = { properties: { id: { type: 'integer' } } };
  const message = (id: number): object => ({ action: 'upsert', sequence: id, data: { id } });
  for (const body of [
    // Without keys a repeated load would show as a second row.
    { table_name: 'events', schema, messages: ids.map(message) },
    { table_name: 'orders', schema, key_names: ['id'], messages: [message(sent)] },
  ]) {
    const reply = await send(system.url, 'POST', '/v2/import/batch', { token: source.token, body });
    expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
  }
}

async function idsIn(database: string, table: string): Promise<number[]> {
  const rows = await postgres.query(`SELECT id FROM shop.${table} ORDER BY id`, database);
  return rows.map(({ id }) => Number(id));
}

const loads = async (): Promise<Record<string, unknown>[]> =>
  ((await call('GET', `/v4/${source.accountId}/loads`)).body as { data: Record<string, unknown>[] }).data;
const isFailing = (load: Record<string, unknown>): boolean => load['error_state'] !== null;

describe('PostgreSQL destinations', () => {
  it('take a source that moves between them while it is pushed to: nothing is lost, nothing doubled', async () => {
    const [one, two] = [await destinationIn('one'), await destinationIn('two')];
    const moving = new AbortController();
    const pushing = (async () => {
      while (!moving.signal.aborted) await push();
    })();
    pushing.catch(() => undefined);
    for (const destination of [one, two, one, null, two, one]) {
      const before = sent;
      expect((await call('PUT', `/v4/sources/${source.sourceId}`, { destination_id: destination })).status).toBe(200);
      const moved = Date.now();
      await waitFor(() => sent > before + 50);
      if (destination !== null) await waitForLoadsSince(system.operator, moved, ['events', 'orders']);
    }
    moving.abort();
    await pushing;
    await system.app.drain();
    expect(await loads()).toMatchObject([{ error_state: null }, { error_state: null }]);
    for (const table of ['events', 'orders']) {
      // What was pushed before the first move may lie in the embedded warehouse.
      const embedded = await system.query(`SELECT id FROM shop.${table}`).catch(() => []);
      const seen = new Set<number>();
      for (const ids of [await idsIn('one', table), await idsIn('two', table), embedded.map(({ id }) => Number(id))]) {
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) seen.add(id);
      }
      expect(seen.size).toBe(table === 'events' ? sent : sent / 5);
    }
  });

  it('keep what is pushed while their server is down, say why, and go on when it is back', async () => {
    const id = await destinationIn('three');
    await call('PUT', `/v4/sources/${source.sourceId}`, { destination_id: id });
    await push();
    await system.app.drain();
    await postgres.kill();
    await push();
    await waitFor(async () => (await loads()).some(isFailing));
    expect((await loads()).find(isFailing)).toMatchObject({
      last_batch_loaded_at: null,
      error_state: { notification_data: { warehouse_message: expect.any(String) } },
    });
    await postgres.start();
    await call('PUT', `/v4/destinations/${id}`, { properties: {} });
    await waitFor(async () => !(await loads()).some(isFailing));
    await system.app.drain();
    expect(await idsIn('three', 'events')).toEqual(Array.from({ length: 10 }, (_, index) => sent - 9 + index));
  });

  it('are opened anew when their properties change, and tell the SQLSTATE of what stops a load', async () => {
    const id = await destinationIn('three');
    await call('PUT', `/v4/sources/${source.sourceId}`, { destination_id: id });
    await push();
    await system.app.drain();
    await call('PUT', `/v4/destinations/${id}`, { properties: { database: 'nowhere' } });
    await push();
    await waitFor(async () => (await loads()).some(isFailing));
    expect((await loads()).find(isFailing)).toMatchObject({
      error_state: { notification_data: { warehouse_message: 'database "nowhere" does not exist', warehouse_sql_state: '3D000' } },
    });
    await call('PUT', `/v4/destinations/${id}`, { properties: { database: 'three' } });
    await waitFor(async () => !(await loads()).some(isFailing));
    await system.app.drain();
    expect((await idsIn('three', 'events')).at(-1)).toBe(sent);
  });
});
