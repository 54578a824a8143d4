/** The two sides of the ledger come apart: the buffer is put back to an older copy, or the user drops the ledger's schema. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from '../support/postgres-server.ts';
import { createTestSource, send, startTestApp, type TestApp, type TestSource } from '../support/test-app.ts';
import { waitFor } from '../support/wait-until-loaded.ts';

let postgres: PostgresServer;
let system: TestApp;
let source: TestSource;
beforeEach(async () => {
  postgres = await startPostgres();
  await postgres.createDatabase('shop');
  await postgres.query('CREATE ROLE loader LOGIN');
  await postgres.query('GRANT CREATE ON DATABASE shop TO loader');
  system = await startTestApp();
  source = await createTestSource(system);
  const connection = { host: postgres.host, port: postgres.port, database: 'shop', username: 'loader', password: 'pw' };
  const body = { type: 'postgres', properties: { ...connection, ssl: false, encryption_type: 'none' } };
  const created = await send(system.url, 'POST', '/v4/destinations', { token: source.apiKey, body });
  const moved = { destination_id: (created.body as { id: number }).id };
  expect((await send(system.url, 'PUT', `/v4/sources/${source.sourceId}`, { token: source.apiKey, body: moved })).status).toBe(200);
});
afterEach(async () => {
  await system.stop();
  await postgres.stop();
});

async function batch(
  table: string,
  ids: readonly number[],
  options: { keys?: readonly string[]; version?: number; activates?: boolean } = {},
): Promise<void> {
  const { keys = [], version, activates = false } = options;
  const messages: object[] = ids.map((id) => ({ action: 'upsert', sequence: id, data: { id, tags: ['a', 'b'] } }));
  if (activates) messages.push({ action: 'activate_version', sequence: 1_000_000 });
  const body = { table_name: table, schema: {}, key_names: keys, messages, ...(version === undefined ? {} : { table_version: version }) };
  expect((await send(system.url, 'POST', '/v2/import/batch', { token: source.token, body })).status).toBe(201);
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function idsIn(table: string): Promise<number[]> {
  return (await postgres.query(`SELECT id FROM shop.${table} ORDER BY id`, 'shop')).map(({ id }) => Number(id));
}

interface Status {
  readonly backlog: readonly { readonly table: string; readonly batches: number }[];
  readonly streams: readonly { readonly table: string; readonly error: { readonly type: string; readonly message: string } | null }[];
}

const status = async (): Promise<Status> => (await system.operator.call('GET', '/status')) as unknown as Status;
const mismatch = expect.objectContaining({ table: 'rows', error: expect.objectContaining({ type: 'ledger_mismatch' }) });

/** Loads rows 1 to 10, and 11 to 20 after the copy that the buffer is then put back to. */
async function restoreOlderBuffer(): Promise<void> {
  const buffer = join(system.dataDirectory, 'buffer');
  const copy = join(system.dataDirectory, 'copy');
  for (const id of range(1, 10)) await batch('rows', [id]);
  await system.app.drain();
  await system.app.stop();
  cpSync(buffer, copy, { recursive: true });
  system = await startTestApp({ dataDirectory: system.dataDirectory });
  for (const id of range(11, 20)) await batch('rows', [id]);
  await system.app.drain();
  await system.app.stop();
  rmSync(buffer, { recursive: true });
  cpSync(copy, buffer, { recursive: true });
  system = await startTestApp({ dataDirectory: system.dataDirectory });
}

it('a source stops when its buffer was restored from an older copy, and skips nothing however much comes after', async () => {
  await restoreOlderBuffer();
  await batch('rows', [21]);
  await waitFor(async () => JSON.stringify((await status()).streams).includes('ledger_mismatch'));
  expect((await status()).streams).toContainEqual(mismatch);
  // The buffer's positions reach and pass those that the destination has seen of the lost ones.
  for (const id of range(22, 60)) await batch('rows', [id]);
  await system.operator.call('POST', '/loads/retry', {});
  await system.app.drain();
  const { backlog, streams } = await status();
  expect(backlog).toMatchObject([{ table: 'rows', batches: 40 }]);
  expect(streams).toContainEqual(mismatch);
  expect(await idsIn('rows')).toEqual(range(1, 20));
});

it('a source stops as well when its restored buffer passes the ledger before anything of it is loaded', async () => {
  await restoreOlderBuffer();
  await postgres.kill();
  for (const id of range(21, 60)) await batch('rows', [id]);
  await postgres.start();
  await system.operator.call('POST', '/loads/retry', {});
  await waitFor(async () => JSON.stringify((await status()).streams).includes('ledger_mismatch'));
  expect((await status()).backlog).toMatchObject([{ table: 'rows', batches: 40 }]);
  expect(await idsIn('rows')).toEqual(range(1, 20));
});

it('loading goes on from what was acknowledged when the user drops the schema of the ledger', async () => {
  const both = async (from: number, to: number): Promise<void> => {
    for (const id of range(from, to)) {
      await batch('appended', [id]);
      await batch('keyed', [id, 1], { keys: ['id'] });
    }
    await system.app.drain();
  };
  await both(1, 10);
  await postgres.query('DROP SCHEMA _thimble CASCADE', 'shop');
  await both(11, 20);
  system = await system.restart();
  await both(21, 30);
  expect((await status()).backlog).toEqual([]);
  expect((await status()).streams.map(({ error }) => error)).toEqual([null, null]);
  for (const table of ['appended', 'keyed']) {
    expect(await idsIn(table)).toEqual(range(1, 30));
    expect(await postgres.query(`SELECT count(*)::int AS n FROM shop.${table}__tags`, 'shop')).toEqual([{ n: 60 }]);
  }
});

it('a visible version and what follows it are kept when the user drops the schema of the ledger', async () => {
  await batch('versioned', range(1, 10), { keys: ['id'], version: 7, activates: true });
  await system.app.drain();
  await postgres.query('DROP SCHEMA _thimble CASCADE', 'shop');
  await batch('versioned', range(11, 20), { keys: ['id'], version: 7, activates: true });
  await system.app.drain();
  // The rows themselves tell which version is the visible one.
  expect(await idsIn('versioned')).toEqual(range(1, 20));
  expect(await status()).toMatchObject({ backlog: [], streams: [{ table: 'versioned', error: null }] });
  await postgres.query('DROP SCHEMA _thimble CASCADE', 'shop');
  await batch('versioned', range(31, 40), { keys: ['id'], version: 8, activates: true });
  await system.app.drain();
  expect(await idsIn('versioned')).toEqual(range(31, 40));
  expect(await postgres.query(`SELECT count(*)::int AS n FROM shop.versioned__tags`, 'shop')).toEqual([{ n: 20 }]);
});
