import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildBatch } from '../../tests/support/build-batch.ts';
import { encodeBatch } from '../batch/encode.ts';
import type { Buffer } from '../buffer/buffer.ts';
import { createEmbeddedBuffer } from '../buffer/embedded/embedded-buffer.ts';
import type { LoadHost } from './load-host.ts';
import { createLoadHost } from './load-host.ts';
import type { LoadFailure } from './load-reports.ts';
import type { Loader } from './loader.ts';
import { createLoader } from './loader.ts';

interface Width {
  readonly columns: number;
  readonly rows: number;
  /** Values per row; by default all columns. */
  readonly values?: number;
}

let directory: string;
let buffer: Buffer;
let host: LoadHost;
let loader: Loader;
let failures: LoadFailure[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'thimble-wide-'));
  buffer = await createEmbeddedBuffer({ directory: join(directory, 'buffer'), maxBytes: 2 ** 28 });
  failures = [];
});
afterEach(async () => {
  await loader.stop();
  await host.close();
  await buffer.close();
  await rm(directory, { recursive: true, force: true });
});

const destination = (): { id: number; kind: 'duckdb'; file: string } => ({ id: 8, kind: 'duckdb', file: join(directory, 'w.duckdb') });

function start(maxMemoryLimitMb: number): void {
  host = createLoadHost({ memoryLimitMb: Math.min(192, maxMemoryLimitMb), maxMemoryLimitMb });
  loader = createLoader({
    buffer,
    host,
    findRoute: (sourceId) => ({ accountId: 5, sourceId, schema: 's', binding: 0, destination: destination() }),
    reports: { recordLoad: () => undefined, recordFailure: (failure) => void failures.push(failure) },
    metrics: { countLoad: () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  loader.start();
}

/** One request. Row r has values in `values` columns from r × 7 on, counted round. */
async function append(table: string, { columns, rows, values = columns }: Width): Promise<void> {
  const messages = Array.from({ length: rows }, (_, row) => {
    const entries = Array.from({ length: values }, (_value, index) => [`c${(row * 7 + index) % columns}`, BigInt(row)] as const);
    return { sequence: BigInt(row), data: Object.fromEntries([['id', BigInt(row)] as const, ...entries]) };
  });
  const payload = encodeBatch(buildBatch({ table, keyNames: ['id'], messages }));
  await buffer.append({ sourceId: 1, receivedAt: Date.now(), batches: [{ table, records: rows, payload }] });
}

async function one(sql: string): Promise<unknown> {
  const { json } = await host.query(destination(), sql);
  return JSON.parse(new TextDecoder().decode(json));
}

describe('a wide table', () => {
  it.each<Width>([
    { columns: 150, rows: 20_000 },
    { columns: 300, rows: 6000 },
    { columns: 1500, rows: 2000 },
    { columns: 1000, rows: 20_000, values: 10 },
  ])('loads, beside a narrow one: $columns columns, $rows rows', { timeout: 60_000 }, async (width) => {
    await append('wide', width);
    await append('narrow', { columns: 3, rows: 100 });
    start(4096);
    await loader.drain();
    await append('narrow', { columns: 3, rows: 200 });
    await loader.drain();
    expect([failures, buffer.backlog()]).toEqual([[], []]);
    const values = Array.from({ length: width.rows }, (_, row) => row).filter(
      (row) => (width.columns + 3 - ((row * 7) % width.columns)) % width.columns < (width.values ?? width.columns),
    );
    const sum = values.reduce((total, row) => total + row, 0);
    expect(await one('SELECT count(*) AS n, count(c3) AS v, sum(c3) AS s FROM s.wide')).toEqual([
      { n: width.rows, v: values.length, s: sum },
    ]);
    expect(await one('SELECT count(*) AS n FROM s.narrow')).toEqual([{ n: 200 }]);
  });

  it('stops alone at the maximum of memory, says which setting, and goes on with a larger one', { timeout: 60_000 }, async () => {
    await append('wide', { columns: 300, rows: 3000 });
    await append('wide', { columns: 300, rows: 6000 });
    await append('narrow', { columns: 3, rows: 100 });
    start(100);
    await loader.drain();
    expect(failures).toMatchObject([
      { table: 'wide', type: 'table_stopped', message: expect.stringContaining('THIMBLE_DUCKDB_MAX_MEMORY_MB') },
    ]);
    expect(buffer.backlog()).toMatchObject([{ table: 'wide', claimed: false }]);
    expect(await one('SELECT count(*) AS n FROM s.narrow')).toEqual([{ n: 100 }]);
    await loader.stop();
    await host.close();
    start(2048);
    await loader.drain();
    expect(buffer.backlog()).toEqual([]);
    expect(await one('SELECT count(*) AS n FROM s.wide')).toEqual([{ n: 6000 }]);
  });
});
