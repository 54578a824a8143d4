import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { buildBatch } from '../../tests/support/build-batch.ts';
import type { PostgresServer } from '../../tests/support/postgres-server.ts';
import { startPostgres } from '../../tests/support/postgres-server.ts';
import { startTcpProxy } from '../../tests/support/tcp-proxy.ts';
import { encodeBatch } from '../batch/encode.ts';
import type { Buffer } from '../buffer/buffer.ts';
import { createEmbeddedBuffer } from '../buffer/embedded/embedded-buffer.ts';
import type { LoadHost } from './load-host.ts';
import { createLoadHost } from './load-host.ts';
import type { LoadFailure } from './load-reports.ts';
import type { Loader } from './loader.ts';
import { createLoader } from './loader.ts';
import type { LoadDestination } from './thread-messages.ts';

const silenceTimeoutMs = 3_000;

let directory: string;
let server: PostgresServer;
let buffer: Buffer;
let host: LoadHost;
let failures: LoadFailure[];
/** Of what is loaded, `source table` in order. */
let loaded: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'thimble-silence-'));
  server = await startPostgres();
  buffer = await createEmbeddedBuffer({ directory: join(directory, 'buffer'), maxBytes: 2 ** 26 });
  host = createLoadHost({
    egress: { privateAllowed: true, allowed: [] },
    postgres: { connectTimeoutMs: 500, statementTimeoutMs: 2_000, silenceTimeoutMs },
  });
  failures = [];
  loaded = [];
}, 60_000);

afterEach(async () => {
  await host.close();
  await buffer.close();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

/** The account of a source is its tens. */
async function startLoader(destinations: Readonly<Record<number, LoadDestination>>): Promise<Loader> {
  const loader = createLoader({
    buffer,
    host,
    findRoute: (sourceId) => {
      const destination = destinations[sourceId];
      return destination && { accountId: Math.floor(sourceId / 10), sourceId, schema: `source_${sourceId}`, binding: 0, destination };
    },
    reports: {
      recordLoad: ({ sourceId, table }) => void loaded.push(`${sourceId} ${table}`),
      recordFailure: (failure) => void failures.push(failure),
    },
    metrics: { countLoad: () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    lingerMs: 0,
  });
  onTestFinished(() => loader.stop());
  loader.start();
  return loader;
}

async function append(sourceId: number, table: string, id: bigint): Promise<void> {
  const payload = encodeBatch(buildBatch({ table, keyNames: ['id'], messages: [{ sequence: id, data: { id } }] }));
  await buffer.append({ sourceId, receivedAt: Date.now(), batches: [{ table, records: 1, payload }] });
}

function postgresAt(id: number, port: number): LoadDestination {
  return {
    id,
    kind: 'postgres',
    connection: { host: '127.0.0.1', port, database: 'warehouse', user: 'postgres', password: '', tls: 'disable' },
  };
}

const duckdb = (id: number): LoadDestination => ({ id, kind: 'duckdb', file: join(directory, `warehouse-${id}.duckdb`) });
const countOf = (stream: string): number => loaded.filter((each) => each === stream).length;

it('a destination that falls silent is held with all of its tables while another one loads, and is loaded into when it answers again', async () => {
  await server.createDatabase('warehouse');
  const proxy = await startTcpProxy(server);
  onTestFinished(() => proxy.close());
  await startLoader({ 11: postgresAt(1, proxy.port), 21: duckdb(2) });
  await append(11, 'first', 1n);
  await expect.poll(() => loaded, { timeout: 30_000 }).toEqual(['11 first']);

  proxy.stall();
  const stalledAt = performance.now();
  for (const table of ['first', 'second', 'third']) await append(11, table, 2n);
  for (let id = 1n; failures.length === 0; id += 1n) {
    await append(21, 'going', id);
    await expect.poll(() => countOf('21 going'), { timeout: 10_000 }).toBeGreaterThanOrEqual(Number(id));
  }
  expect(performance.now() - stalledAt).toBeGreaterThan(silenceTimeoutMs - 500);
  expect(countOf('21 going')).toBeGreaterThan(3);

  // New connections pass: one failure was of the destination, no table had to find out by itself.
  await expect
    .poll(() => loaded.filter((each) => each.startsWith('11')).toSorted(), { timeout: 30_000 })
    .toEqual(['11 first', '11 first', '11 second', '11 third']);
  expect(failures).toMatchObject([{ sourceId: 11, type: 'transient' }]);
  expect(await server.query('SELECT count(*)::int AS n FROM source_11.first', 'warehouse')).toEqual([{ n: 2 }]);
}, 90_000);

it('accounts with destinations that never answer leave a slot to the others', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  await startLoader({ 11: postgresAt(1, port), 12: postgresAt(2, port), 21: postgresAt(3, port), 31: duckdb(4) });
  for (const sourceId of [11, 12, 21]) for (const table of ['a', 'b', 'c']) await append(sourceId, table, 1n);
  await expect.poll(() => new Set(failures.map(({ destinationId }) => destinationId)).size, { timeout: 20_000 }).toBe(3);
  for (let id = 1n; id <= 5n; id += 1n) {
    await append(31, 'going', id);
    await expect.poll(() => countOf('31 going'), { timeout: 10_000 }).toBe(Number(id));
  }
  expect(buffer.backlog()).toHaveLength(9);
}, 60_000);
