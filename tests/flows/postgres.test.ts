/** The whole server with control store and buffer in PostgreSQL. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectOperator } from '../../src/cli/operator-client.ts';
import { postgresVersions } from '../support/postgres-server.ts';
import { startServerProcess } from '../support/server-process.ts';
import { usePostgres } from '../support/store-engines.ts';
import { createTestSource, send, startTestApp, type TestApp, type TestSource } from '../support/test-app.ts';
import { waitFor } from '../support/wait-until-loaded.ts';

const rowsOf = (source: TestSource, ids: readonly number[]): string =>
  JSON.stringify(
    ids.map((id) => ({
      client_id: source.accountId,
      table_name: 'orders',
      action: 'upsert',
      key_names: ['id'],
      sequence: id,
      data: { id },
    })),
  );

function push(system: Pick<TestApp, 'url'>, source: TestSource, ids: readonly number[]): Promise<{ status: number }> {
  return send(system.url, 'POST', '/v2/import/push', { token: source.token, body: rowsOf(source, ids) });
}

function newDataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'thimble-pg-flow-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

describe.each(postgresVersions)('a server on PostgreSQL %i', (version) => {
  const databases = usePostgres({ version });

  it('takes, keeps over a restart, loads and reports records, and a revocation holds at once and after it', async () => {
    const databaseUrl = await databases.newDatabase();
    let system = await startTestApp({ databaseUrl });
    onTestFinished(() => system.stop());
    const source = await createTestSource(system);
    expect((await push(system, source, [1, 2, 3])).status).toBe(201);
    await system.app.drain();
    expect(await system.query('SELECT count(*) AS n FROM shop.orders')).toEqual([{ n: 3 }]);
    expect((await push(system, source, [4, 5])).status).toBe(201);
    expect(readdirSync(system.dataDirectory)).not.toContain('store.db');
    expect(readdirSync(system.dataDirectory)).not.toContain('buffer');

    system = await system.restart();
    await system.app.drain();
    expect(await system.query('SELECT count(*) AS n FROM shop.orders')).toEqual([{ n: 5 }]);
    const status = await system.operator.call('GET', '/status');
    expect(status).toMatchObject({ backlog: [], streams: [{ table: 'orders', error: null }] });

    const path = `/v4/sources/${source.sourceId}/tokens/${source.tokenId}`;
    expect((await send(system.url, 'DELETE', path, { token: source.apiKey })).status).toBe(200);
    expect((await push(system, source, [6])).status).toBe(401);
    system = await system.restart();
    expect((await push(system, source, [6])).status).toBe(401);
    await system.app.drain();
    expect(await system.query('SELECT count(*) AS n FROM shop.orders')).toEqual([{ n: 5 }]);
    expect(await system.operator.call('GET', '/audit/verify')).toMatchObject({ ok: true });
  });

  it('refuses a second server on the database with exit code 2, and the first one goes on', async () => {
    const databaseUrl = await databases.newDatabase();
    const first = await startServerProcess({ dataDirectory: newDataDirectory(), env: { DATABASE_URL: databaseUrl } });
    onTestFinished(() => void first.end('SIGKILL'));
    const second = startServerProcess({ dataDirectory: newDataDirectory(), env: { DATABASE_URL: databaseUrl } });
    await expect(second).rejects.toThrow(/ended with 2 before it was ready: The database .* is in use by another server/);
    expect((await send(first.url, 'GET', '/healthz')).status).toBe(200);
    expect(await first.end('SIGTERM')).toBe(0);
  });

  it('accepts nothing more and ends when the connection of its lock is lost', async () => {
    const databaseUrl = await databases.newDatabase();
    const system = await startTestApp({ databaseUrl });
    onTestFinished(() => system.stop());
    const source = await createTestSource(system);
    expect((await push(system, source, [1])).status).toBe(201);
    await databases.server().query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'thimble node %'`);
    expect((await system.app.failed).message).toMatch('another server may take over');
    expect((await push(system, source, [2])).status).toBe(503);
    const path = `/v4/sources/${source.sourceId}/tokens/${source.tokenId}`;
    expect((await send(system.url, 'DELETE', path, { token: source.apiKey })).status).toBe(503);
    expect((await send(system.url, 'GET', '/healthz')).status).toBe(503);
  });

  it('ends by itself when the server is gone, and has everything it acknowledged after both are back', { timeout: 120_000 }, async () => {
    const url = new URL(await databases.newDatabase());
    url.password = 'hidden-word';
    const dataDirectory = newDataDirectory();
    const env = { DATABASE_URL: url.href, THIMBLE_LOG_LEVEL: 'trace' };
    let server = await startServerProcess({ dataDirectory, env });
    let said = '';
    server.child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const operator = connectOperator({ positionals: [], flags: { data: dataDirectory } });
    const source = await createTestSource({ operator, url: server.url });
    const acknowledged: number[] = [];
    const pushing = (async () => {
      for (let id = 1; ; id += 1) {
        const answer = await push(server, source, [id]).catch(() => undefined);
        if (answer === undefined) return;
        if (answer.status === 201) acknowledged.push(id);
      }
    })();
    await waitFor(() => acknowledged.length > 20);
    await databases.server().kill();
    await waitFor(() => server.child.exitCode !== null);
    expect(server.child.exitCode).toBe(1);
    await pushing;
    await databases.server().start();
    expect(said).toContain('another server may take over');
    expect(said).not.toContain('hidden-word');
    server = await startServerProcess({ dataDirectory, env });
    onTestFinished(() => void server.end('SIGKILL'));
    await waitFor(async () => {
      const { backlog } = await operator.call('GET', '/status');
      return Array.isArray(backlog) && backlog.length === 0;
    });
    const { rows } = await operator.call('POST', '/query', { sql: 'SELECT id FROM shop.orders ORDER BY id' });
    const loaded = (rows as { id: number }[]).map(({ id }) => id);
    expect(acknowledged.filter((id) => !loaded.includes(id))).toEqual([]);
    expect(new Set(loaded).size).toBe(loaded.length);
    expect(await server.end('SIGTERM')).toBe(0);
  });
});
