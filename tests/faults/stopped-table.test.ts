/** One table is stopped while thousands of requests come for it and for its neighbour: memory stays flat, nothing is lost or doubled. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { connectOperator, type OperatorClient } from '../../src/cli/operator-client.ts';
import { alterWarehouse } from '../support/alter-warehouse.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { startServerProcess } from '../support/server-process.ts';
import { createTestSource, send, type TestSource } from '../support/test-app.ts';
import { waitFor, waitUntilLoaded } from '../support/wait-until-loaded.ts';

/** For each table. The full run has 10,000: about 600 MB then wait in the buffer, where the short one has too little to show in memory. */
const requests = Number(process.env['THIMBLE_STOPPED_REQUESTS'] ?? '250');
const perRequest = 50;
const clients = 4;

function residentMb(pid: number | undefined): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** A kind of destination, as its owner uses it. */
interface Engine {
  /** Gives the source its destination. */
  use(url: URL, source: TestSource): Promise<void>;
  /** Drops a table while no server runs. */
  drop(table: string): Promise<void>;
  rows(sql: string): Promise<unknown>;
}

interface Place {
  readonly dataDirectory: string;
  readonly operator: OperatorClient;
}

async function embedded({ dataDirectory, operator }: Place): Promise<Engine> {
  return {
    use: async () => undefined,
    drop: (table) => alterWarehouse(dataDirectory, [`DROP TABLE ${table}`]),
    rows: async (sql) => (await operator.call('POST', '/query', { sql }))['rows'],
  };
}

async function postgres(): Promise<Engine> {
  const server = await startPostgres();
  onTestFinished(() => server.stop());
  await server.createDatabase('rep');
  await server.query('CREATE ROLE loader LOGIN');
  await server.query('GRANT CREATE ON DATABASE rep TO loader');
  const { host, port } = server;
  return {
    async use(url, { apiKey, sourceId }) {
      const properties = { host, port, database: 'rep', username: 'loader', password: 'pw', ssl: false, encryption_type: 'none' };
      const created = await send(url, 'POST', '/v4/destinations', { token: apiKey, body: { type: 'postgres', properties } });
      const body = { destination_id: (created.body as { id: number }).id };
      expect((await send(url, 'PUT', `/v4/sources/${sourceId}`, { token: apiKey, body })).status).toBe(200);
    },
    drop: async (table) => void (await server.query(`DROP TABLE ${table}`, 'rep')),
    rows: (sql) => server.query(sql, 'rep'),
  };
}

it.each([
  { name: 'an embedded warehouse', open: embedded },
  { name: 'PostgreSQL', open: postgres },
])(
  `keeps ${requests} requests of a stopped table while its neighbour loads as many into $name, in flat memory`,
  async ({ name, open }) => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'thimble-stopped-'));
    onTestFinished(() => rmSync(dataDirectory, { recursive: true, force: true }));
    const operator = connectOperator({ positionals: [], flags: { data: dataDirectory } });
    const engine = await open({ dataDirectory, operator });
    let server = await startServerProcess({ dataDirectory });
    onTestFinished(() => void server.end('SIGKILL'));
    const source = await createTestSource({ operator, url: server.url });
    await engine.use(server.url, source);
    const batch = async (table: string, keys: readonly string[], first: number, count: number): Promise<void> => {
      const messages = Array.from({ length: count }, (_, index) => ({
        action: 'upsert',
        sequence: first + index + 1,
        data: { id: first + index, v: 1, pad: 'x'.repeat(1000) },
      }));
      const body = { table_name: table, schema: {}, key_names: keys, messages };
      expect((await send(server.url, 'POST', '/v2/import/batch', { token: source.token, body })).status).toBe(201);
    };
    const waiting = async (): Promise<{ table: string; batches: number }[]> => {
      const { backlog } = await operator.call('GET', '/status');
      return Array.isArray(backlog) ? backlog : [];
    };

    await batch('stopped', ['id'], 0, 1);
    await waitUntilLoaded(operator);
    const memory: number[] = [];
    let next = 0;
    const client = async (): Promise<void> => {
      for (let request = next++; request < requests; request = next++) {
        await batch('stopped', ['id', 'v'], request * perRequest, perRequest);
        await batch('neighbour', ['id'], request * perRequest, perRequest);
        if (request % Math.ceil(requests / 20) !== 0) continue;
        await operator.call('POST', '/loads/retry', {});
        memory.push(residentMb(server.child.pid));
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    await waitFor(async () => (await waiting()).every(({ table }) => table === 'stopped'), 120_000);
    expect(await waiting()).toMatchObject([{ table: 'stopped', batches: requests }]);
    const { streams } = await operator.call('GET', '/status');
    expect(streams).toContainEqual(
      expect.objectContaining({ table: 'stopped', error: expect.objectContaining({ type: 'table_stopped' }) }),
    );
    // Peaks belong to the neighbour's loads. In the full run some 300 MB come to wait between the middles of the two halves.
    const middles = [memory.slice(0, memory.length / 2), memory.slice(memory.length / 2)].map(median);
    const [early = 0, late = 0] = middles;
    process.stdout.write(`${name}: resident memory in the middle of both halves: ${early.toFixed(0)} and ${late.toFixed(0)} MB\n`);
    expect(late - early).toBeLessThan(120);

    expect(await server.end('SIGTERM')).toBe(0);
    await engine.drop('shop.stopped');
    server = await startServerProcess({ dataDirectory });
    await waitUntilLoaded(operator, 600_000);
    const rows = await engine.rows(
      `SELECT (SELECT count(*) FROM shop.stopped)::INTEGER AS stopped, (SELECT count(DISTINCT id) FROM shop.stopped)::INTEGER AS ids,
        (SELECT count(*) FROM shop.neighbour)::INTEGER AS neighbour, (SELECT sum(id) FROM shop.neighbour)::VARCHAR AS sum`,
    );
    const total = requests * perRequest;
    expect(rows).toEqual([{ stopped: total, ids: total, neighbour: total, sum: String((total * (total - 1)) / 2) }]);
    await server.end('SIGTERM');
  },
  120_000 + requests * 1000,
);
