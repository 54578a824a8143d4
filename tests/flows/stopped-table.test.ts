/** E17 of loading.md, end to end: a table whose keys change stops alone, says so, and goes on once it is repaired. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alterWarehouse } from '../support/alter-warehouse.ts';
import { createTestSource, send, startTestApp, type TestApp, type TestSource } from '../support/test-app.ts';
import { thimble } from '../support/thimble-command.ts';

let system: TestApp;
let source: TestSource;
beforeAll(async () => {
  system = await startTestApp({
    configure(config) {
      // Closed at once when idle, so that its owner gets at the file.
      const duckdb = { ...config.duckdb, idleMs: 50 };
      return { ...config, duckdb };
    },
  });
  source = await createTestSource(system);
});
afterAll(() => system.stop());

async function push(table: string, keys: readonly string[], sequence: number, data: object): Promise<void> {
  const body = [{ client_id: source.accountId, table_name: table, action: 'upsert', key_names: keys, sequence, data }];
  expect((await send(system.url, 'POST', '/v2/import/push', { token: source.token, body })).status).toBe(201);
}

async function streamOf(table: string): Promise<unknown> {
  const { streams } = await system.operator.call('GET', '/status');
  return (streams as { table: string }[]).find((stream) => stream.table === table);
}

const waiting = async (): Promise<unknown> =>
  ((await system.operator.call('GET', '/status'))['backlog'] as { table: string; batches: number }[]).map(({ table, batches }) => [
    table,
    batches,
  ]);

const mismatch = { type: 'table_stopped', message: 'Primary Keys for table do not match Primary Keys of incoming data (table k)' };

describe('a table whose keys change', () => {
  it('stops alone, keeps its data, says so, and loads it once the table is dropped and tried again', async () => {
    await push('k', ['id'], 1, { id: 1, v: 1 });
    await system.app.drain();
    expect(await streamOf('k')).toMatchObject({ error: null });
    await push('k', ['id', 'v'], 2, { id: 2, v: 2 });
    await push('k', ['id', 'v'], 3, { id: 2, v: 3 });
    await push('neighbour', ['id'], 1, { id: 1 });
    await system.app.drain();
    expect(await streamOf('k')).toMatchObject({ source_id: source.sourceId, error: mismatch });
    expect(await streamOf('neighbour')).toMatchObject({ error: null });
    expect(await waiting()).toEqual([['k', 2]]);
    expect(await system.query('SELECT id FROM shop.k')).toEqual([{ id: 1 }]);
    expect(await system.query('SELECT id FROM shop.neighbour')).toEqual([{ id: 1 }]);

    // Trying again without a repair changes nothing.
    const retry = ['load', 'retry', '--data', system.dataDirectory];
    expect(JSON.parse((await thimble(...retry, '--table', 'k', '--json')).out)).toEqual([{ source_id: source.sourceId, table: 'k' }]);
    await system.app.drain();
    expect(await streamOf('k')).toMatchObject({ error: mismatch });
    expect(await waiting()).toEqual([['k', 2]]);

    await alterWarehouse(system.dataDirectory, ['DROP TABLE shop.k']);
    expect((await thimble(...retry, '--table', 'other')).out).toBe('Nothing waits.\n');
    expect((await thimble(...retry, '--source', String(source.sourceId))).out).toContain('Tried now');
    await system.app.drain();
    expect(await waiting()).toEqual([]);
    expect(await streamOf('k')).toMatchObject({ error: null });
    expect(await system.query('SELECT id, v FROM shop.k ORDER BY v')).toEqual([
      { id: 2, v: 2 },
      { id: 2, v: 3 },
    ]);
  });

  it('is tried again by itself at the next start', async () => {
    await push('again', ['id'], 1, { id: 1 });
    await system.app.drain();
    await push('again', ['id', 'v'], 2, { id: 2, v: 1 });
    await system.app.drain();
    expect(await waiting()).toEqual([['again', 1]]);
    await system.app.stop();
    await alterWarehouse(system.dataDirectory, ['DROP TABLE shop."again"']);
    system = await startTestApp({ dataDirectory: system.dataDirectory });
    await system.app.drain();
    expect(await system.query('SELECT id FROM shop."again"')).toEqual([{ id: 2 }]);
  });
});
