import { readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from '../support/postgres-server.ts';
import { createTestSource, send, startTestApp, type Reply, type TestApp, type TestSource } from '../support/test-app.ts';
import { waitFor, waitForLoadsSince } from '../support/wait-until-loaded.ts';

interface Check {
  readonly name: string;
  readonly status: string;
  readonly discovery_error_message: string | null;
}

/** Waits until the newest check of a destination has ended. */
async function endedCheck(system: TestApp, source: TestSource, id: number): Promise<Check> {
  let check: Check | undefined;
  await waitFor(async () => {
    const { body } = await send(system.url, 'GET', `/v4/destinations/${id}/last-connection-check`, { token: source.apiKey });
    check = body as Check;
    return check.status !== 'running';
  });
  if (check === undefined) throw new Error('there is no check');
  return check;
}

const idOf = ({ body }: Reply): number => (body as { id: number }).id;

describe('a PostgreSQL destination', () => {
  let postgres: PostgresServer;
  let system: TestApp;
  let source: TestSource;
  let properties: Record<string, unknown>;
  beforeAll(async () => {
    postgres = await startPostgres();
    await postgres.query('CREATE ROLE loader LOGIN');
    await postgres.query('CREATE DATABASE rep');
    await postgres.query('GRANT CREATE ON DATABASE rep TO loader');
    system = await startTestApp();
    source = await createTestSource(system);
    properties = {
      host: postgres.host,
      port: postgres.port,
      database: 'rep',
      username: 'loader',
      password: 'correct-horse-battery-staple',
      ssl: false,
      encryption_type: 'none',
    };
  });
  afterAll(async () => {
    await system.stop();
    await postgres.stop();
  });
  const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
    send(system.url, method, path, { token: source.apiKey, ...(body === undefined ? {} : { body }) });

  it('is really connected to when it is created, with the least privilege', async () => {
    const id = idOf(await call('POST', '/v4/destinations', { type: 'postgres', properties }));
    expect(await endedCheck(system, source, id)).toMatchObject({
      name: expect.stringMatching(new RegExp(`^${source.accountId}\\.${id}\\.check\\.`)),
      mode: 'check',
      status: 'succeeded',
      error: false,
      check_exit_status: 0,
      discovery_exit_status: 0,
      discovery_error_message: null,
      completion_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  });

  it('is connected to no more once it is deleted', async () => {
    const name = 'soon-deleted';
    await postgres.query(`CREATE ROLE "${name}" LOGIN; GRANT CREATE ON DATABASE rep TO "${name}"; GRANT loader TO "${name}"`);
    const sessions = async (): Promise<number> => (await postgres.query(`SELECT 1 FROM pg_stat_activity WHERE usename = '${name}'`)).length;
    const id = idOf(await call('POST', '/v4/destinations', { type: 'postgres', properties: { ...properties, username: name } }));
    expect(await endedCheck(system, source, id)).toMatchObject({ status: 'succeeded' });
    expect(await sessions()).toBe(1);
    await call('DELETE', `/v4/destinations/${id}`);
    await expect.poll(sessions, { timeout: 10_000 }).toBe(0);
  });

  it("says in the server's own words why it cannot be used, and is checked again when that is repaired", async () => {
    const id = idOf(await call('POST', '/v4/destinations', { type: 'postgres', properties: { ...properties, database: 'nowhere' } }));
    expect(await endedCheck(system, source, id)).toMatchObject({
      status: 'failed',
      error: true,
      check_exit_status: 1,
      discovery_exit_status: 1,
      discovery_error_message: 'database "nowhere" does not exist',
    });
    await call('PUT', `/v4/destinations/${id}`, { properties: { username: 'stranger' } });
    expect(await endedCheck(system, source, id)).toMatchObject({ discovery_error_message: 'role "stranger" does not exist' });
    await call('PUT', `/v4/destinations/${id}`, { database: 'postgres', username: 'loader' });
    expect((await endedCheck(system, source, id)).discovery_error_message).toMatch(/permission denied for database postgres/);
    await call('PUT', `/v4/destinations/${id}`, { properties: { database: 'rep', port: 1, password: properties.password } });
    expect((await endedCheck(system, source, id)).discovery_error_message).toMatch(/ECONNREFUSED/);
    await call('PUT', `/v4/destinations/${id}`, { properties: { port: postgres.port, password: properties.password } });
    expect(await endedCheck(system, source, id)).toMatchObject({ status: 'succeeded' });
  });

  it('is not connected to where accounts may not lead the server', async () => {
    const hosts = ['169.254.169.254', '0.0.0.0', '2852039166', 'fe80::1', '::ffff:169.254.169.254'];
    for (const host of hosts) {
      const id = idOf(await call('POST', '/v4/destinations', { type: 'postgres', properties: { ...properties, host } }));
      expect(await endedCheck(system, source, id)).toMatchObject({
        status: 'failed',
        discovery_error_message: expect.stringContaining('a network this server does not connect to'),
      });
    }
  });

  it('leaves its password nowhere on the disk but sealed', async () => {
    const id = idOf(await call('POST', '/v4/destinations', { type: 'postgres', properties }));
    await endedCheck(system, source, id);
    const files = readdirSync(system.dataDirectory, { recursive: true })
      .map((name) => join(system.dataDirectory, String(name)))
      .filter((file) => statSync(file).isFile());
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const bytes = readFileSync(file);
      for (const form of ['utf8', 'base64', 'hex', 'utf16le'] as const) {
        const secret =
          form === 'utf8' || form === 'utf16le' ? Buffer.from('horse-battery', form) : Buffer.from('horse-batter').toString(form);
        expect([file, bytes.includes(secret)]).toEqual([file, false]);
      }
    }
  });
});

describe('a check that a stop cuts short', () => {
  it('is run again at the next start', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    let system = await startTestApp();
    try {
      const source = await createTestSource(system);
      await waitFor(() => silent.listening);
      const { port } = silent.address() as AddressInfo;
      const properties = { host: '127.0.0.1', port, database: 'd', username: 'u', password: 'p', ssl: false, encryption_type: 'none' };
      const body = { type: 'postgres', properties };
      const reply = await send(system.url, 'POST', '/v4/destinations', { token: source.apiKey, body });
      await waitFor(() => sockets.length > 0);
      await system.app.stop();
      silent.close();
      for (const socket of sockets) socket.destroy();
      system = await startTestApp({ dataDirectory: system.dataDirectory });
      const { name, discovery_error_message: message } = await endedCheck(system, source, idOf(reply));
      expect(name).toBe((reply.body as { check_job_name: string }).check_job_name);
      expect(message).toMatch(/ECONNREFUSED/);
    } finally {
      await system.stop();
    }
  });
});

describe('an outside server', () => {
  it('opens private networks only where the operator says so', async () => {
    const postgres = await startPostgres();
    const closed = await startTestApp({ configure: (config) => ({ ...config, egress: { privateAllowed: false, allowed: [] } }) });
    try {
      const source = await createTestSource(closed);
      const properties = {
        port: postgres.port,
        database: 'postgres',
        username: 'postgres',
        password: 'x',
        ssl: false,
        encryption_type: 'none',
      };
      for (const host of ['127.0.0.1', 'localhost', '0x7f.1', '::1']) {
        const reply = await send(closed.url, 'POST', '/v4/destinations', {
          token: source.apiKey,
          body: { type: 'postgres', properties: { ...properties, host } },
        });
        const { status, discovery_error_message: message } = await endedCheck(closed, source, idOf(reply));
        expect([host, status]).toEqual([host, 'failed']);
        expect(message).toMatch(/does not connect to|cannot be resolved/);
      }
    } finally {
      await closed.stop();
      await postgres.stop();
    }
  });
});

describe('a source that is moved while it is pushed to', () => {
  it('has every record in one of the destinations, and none twice in one', async () => {
    let system = await startTestApp();
    const source = await createTestSource(system, 'Moving');
    const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
      send(system.url, method, path, { token: source.apiKey, ...(body === undefined ? {} : { body }) });
    const [first] = (await call('GET', '/v4/destinations')).body as { id: number }[];
    const a = first?.id ?? 0;
    const b = idOf(await call('POST', '/v4/destinations', { type: 'duckdb', properties: {} }));
    let sent = 0;
    const push = async (): Promise<void> => {
      const message = (id: number): object => ({ action: 'upsert', sequence: id, data: { id } });
      const ids = Array.from({ length: 5 }, (_, index) => sent + index + 1);
      sent += ids.length;
      const schema = { properties: { id: { type: 'integer' } } };
      for (const body of [
        // Without keys a repeated load would show as a second row.
        { table_name: 'events', schema, messages: ids.map(message) },
        { table_name: 'orders', schema, key_names: ['id'], messages: [message(sent)] },
      ]) {
        const reply = await send(system.url, 'POST', '/v2/import/batch', { token: source.token, body });
        expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
      }
    };
    const moving = new AbortController();
    const pushing = (async () => {
      while (!moving.signal.aborted) await push();
    })();
    pushing.catch(() => undefined);
    for (const destination of [b, a, b, null, b, a, b, a]) {
      const pushedBefore = sent;
      const moved = await call('PUT', `/v4/sources/${source.sourceId}`, { destination_id: destination });
      expect(moved).toMatchObject({ status: 200, body: { mapped_destination_ids: destination === null ? [] : [destination] } });
      const movedAt = Date.now();
      await waitFor(() => sent > pushedBefore + 50);
      if (destination !== null) await waitForLoadsSince(system.operator, movedAt, ['events', 'orders']);
    }
    moving.abort();
    await pushing;
    system = await system.restart();
    await push();
    await system.app.drain();
    const loads = (await call('GET', `/v4/${source.accountId}/loads`)).body;
    expect(loads).toMatchObject({ total: 2, data: [{ error_state: null }, { error_state: null }] });
    const { backlog } = await system.operator.call('GET', '/status');
    expect(backlog).toEqual([]);
    await system.app.stop();

    const folder = join(system.dataDirectory, 'warehouses');
    const files = readdirSync(folder).filter((name) => name.endsWith('.duckdb'));
    expect(files).toHaveLength(2);
    const seen = { events: new Set<number>(), orders: new Set<number>() };
    for (const file of files) {
      for (const table of ['events', 'orders'] as const) {
        const ids = await idsIn(join(folder, file), table);
        expect(ids.length).toBeGreaterThan(0);
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) seen[table].add(id);
      }
    }
    expect([...seen.events].toSorted((x, y) => x - y)).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
    expect(seen.orders.size).toBe(sent / 5);
    await system.stop();
  });
});

describe('a destination that is down', () => {
  it('is shown to its owner with one alert, loses nothing, and goes on at once when it is repaired', async () => {
    let system = await startTestApp();
    try {
      const source = await createTestSource(system);
      const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
        send(system.url, method, path, { token: source.apiKey, ...(body === undefined ? {} : { body }) });
      const push = async (id: number): Promise<void> => {
        const record = { client_id: source.accountId, table_name: 't', sequence: id, action: 'upsert', key_names: ['id'], data: { id } };
        expect((await send(system.url, 'POST', '/v2/import/push', { token: source.token, body: [record] })).status).toBe(201);
      };
      const load = async (): Promise<Record<string, unknown> | undefined> =>
        ((await call('GET', `/v4/${source.accountId}/loads`)).body as { data: Record<string, unknown>[] }).data[0];
      const alerts = async (): Promise<unknown> => (await system.operator.call('GET', '/status'))['alerts'];
      await push(1);
      await system.app.drain();
      expect(await load()).toMatchObject({ error_state: null, last_batch_loaded_at: expect.any(String) });

      const [first] = (await call('GET', '/v4/destinations')).body as { id: number }[];
      const destination = `/v4/destinations/${first?.id}`;
      await system.app.stop();
      const folder = join(system.dataDirectory, 'warehouses');
      const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.duckdb')) ?? '');
      renameSync(file, `${file}.aside`);
      writeFileSync(file, 'this is no database '.repeat(1000));
      system = await startTestApp({ dataDirectory: system.dataDirectory });
      await push(2);
      const message = 'The warehouse file is not a DuckDB database this version can read.';
      await waitFor(async () => (await load())?.['error_state'] !== null);
      expect(await load()).toMatchObject({
        last_batch_loaded_at: null,
        error_state: { notification_data: { warehouse_message: message, error: 'LOADER_WAREHOUSE_ERROR' } },
      });
      const check = await endedCheck(system, source, first?.id ?? 0);
      expect(check).toMatchObject({ status: 'failed', discovery_error_message: message });
      expect(await alerts()).toMatchObject([{ account_id: source.accountId, subject: `destination:${first?.id}`, message }]);
      // Every request to check again is another attempt: still one alert.
      await call('PUT', destination, { name: 'still broken' });
      expect(await endedCheck(system, source, first?.id ?? 0)).toMatchObject({ status: 'failed' });
      expect(await alerts()).toHaveLength(1);

      rmSync(file);
      renameSync(`${file}.aside`, file);
      await call('PUT', destination, { name: 'repaired' });
      expect(await endedCheck(system, source, first?.id ?? 0)).toMatchObject({ status: 'succeeded' });
      await waitFor(async () => (await load())?.['error_state'] === null);
      expect(await system.query('SELECT id FROM shop.t ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
      await waitFor(async () => JSON.stringify(await alerts()) === '[]');
    } finally {
      await system.stop();
    }
  });
});

async function idsIn(file: string, table: string): Promise<number[]> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  try {
    const connection = await instance.connect();
    const rows = await connection.runAndReadAll(`SELECT id FROM moving.${table}`);
    connection.closeSync();
    return rows.getRows().map(([id]) => Number(id));
  } finally {
    instance.closeSync();
  }
}
