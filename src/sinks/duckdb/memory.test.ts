import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadPlan } from '../../../tests/support/sink-plans.ts';
import { OutOfMemoryError } from '../errors.ts';
import type { LoadPlan, StagedColumn } from '../sink.ts';
import { createDuckDbSink } from './duckdb-sink.ts';

interface Width {
  readonly columns: number;
  readonly rows: number;
  /** Every how many cells of a row there is a value. */
  readonly every?: number;
  readonly table?: string;
}

/** Upserts keys 0 to rows − 1; at position 1 it creates the table. */
function widePlan({ columns, rows, every = 1, table = 'wide' }: Width, position: number): LoadPlan {
  const staged = [
    column('id', rows, (row) => row),
    ...Array.from({ length: columns - 2 }, (_, index) =>
      column(`c${index}`, rows, (row) => ((row + index) % every === 0 ? row * index : undefined)),
    ),
    column('_sdc_sequence', rows, () => position),
  ];
  const specs = staged.map(({ name, type }) => ({ name, type }));
  const load = { table, path: [], rows, rootRow: Uint32Array.from({ length: rows }, (_, row) => row), columns: staged, keyColumns: ['id'] };
  const plan = loadPlan({
    root: table,
    ddl: position === 1 ? [{ kind: 'create-schema' }, { kind: 'create-table', table, columns: specs, key: ['id'] }] : [],
    catalogue: [{ table, root: table, path: [], keyColumns: ['id'] }],
    expected: position === 1 ? undefined : position - 1,
    position,
  });
  return { ...plan, tables: [load] };
}

function column(name: string, rows: number, value: (row: number) => number | undefined): StagedColumn {
  const valid = new Uint8Array(rows);
  const cells = new BigInt64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const found = value(row);
    if (found === undefined) continue;
    valid[row] = 1;
    cells[row] = BigInt(found);
  }
  return { name, type: 'bigint', valid, cells: new Uint8Array(cells.buffer) };
}

describe('rows too wide for the memory limit', () => {
  let directory: string;
  let file: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'thimble-memory-'));
    file = join(directory, 'warehouse.duckdb');
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const totals = 'SELECT count(*) AS n, sum(c5) AS s, min(_sdc_sequence) AS q FROM shop.wide';

  it.each<Width>([
    { columns: 150, rows: 20_000 },
    { columns: 300, rows: 6000 },
    { columns: 1600, rows: 2000 },
    { columns: 1000, rows: 20_000, every: 100 },
  ])('load with more of it: $columns columns of $rows rows', { timeout: 60_000 }, async (width) => {
    const sink = createDuckDbSink({ file, maxMemoryLimitMb: 4096 });
    for (const position of [1, 2])
      expect(await sink.load(widePlan(width, position))).toEqual({ loaded: { wide: width.rows }, superseded: 0 });
    await sink.load(widePlan({ columns: 3, rows: 10, table: 'narrow' }, 1));
    let sum = 0;
    for (let row = 0; row < width.rows; row += 1) if ((row + 5) % (width.every ?? 1) === 0) sum += row * 5;
    const { json } = await sink.query(totals);
    expect(JSON.parse(new TextDecoder().decode(json))).toEqual([{ n: width.rows, s: sum, q: 2 }]);
    expect((await sink.query('FROM shop.narrow')).rows).toBe(10);
    await sink.close();
  });

  it.each<Width>([
    { columns: 150, rows: 20_000 },
    { columns: 1600, rows: 2000 },
  ])(
    'become visible with more of it, when their version is activated: $columns columns of $rows rows',
    { timeout: 60_000 },
    async (width) => {
      const sink = createDuckDbSink({ file, maxMemoryLimitMb: 4096 });
      await sink.load({ ...widePlan(width, 1), version: 3n });
      await sink.load(loadPlan({ root: 'wide', version: 3n, activate: true, expected: 1, position: 2 }));
      let sum = 0;
      for (let row = 0; row < width.rows; row += 1) sum += row * 5;
      const { json } = await sink.query(totals);
      expect(JSON.parse(new TextDecoder().decode(json))).toEqual([{ n: width.rows, s: sum, q: 1 }]);
      await sink.close();
    },
  );

  it('fail at the maximum with its setting, change nothing, and load once there is more', async () => {
    const width = { columns: 300, rows: 6000 };
    const poor = createDuckDbSink({ file, memoryLimitMb: 32, maxMemoryLimitMb: 50 });
    const failure = await poor.load(widePlan(width, 1)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OutOfMemoryError);
    expect((failure as Error).message).toMatch(/\(50 MB\); raise THIMBLE_DUCKDB_MAX_MEMORY_MB/);
    await poor.load(widePlan({ columns: 3, rows: 10, table: 'narrow' }, 1));
    expect((await poor.describe('shop')).tables.map(({ table }) => table)).not.toContain('wide');
    await poor.close();
    const rich = createDuckDbSink({ file, maxMemoryLimitMb: 2048 });
    expect(await rich.load(widePlan(width, 1))).toEqual({ loaded: { wide: 6000 }, superseded: 0 });
    await rich.close();
  });

  it('wait for the queries under way, and give the memory back when idle', async () => {
    const sink = createDuckDbSink({ file, memoryLimitMb: 64, maxMemoryLimitMb: 2048, idleMs: 500 });
    const limit = async (): Promise<string> =>
      new TextDecoder().decode((await sink.query("SELECT current_setting('memory_limit') AS m")).json);
    await sink.check();
    const before = await limit();
    const query = sink.query('SELECT count(*) AS n FROM range(200000000) WHERE range % 7 = 0');
    await sink.load(widePlan({ columns: 150, rows: 20_000 }, 1));
    const raised = await limit();
    expect(new TextDecoder().decode((await query).json)).toBe('[{"n":28571429}]');
    expect(raised).not.toBe(before);
    await expect.poll(limit, { interval: 1500, timeout: 15_000 }).toBe(before);
    await sink.close();
  });
});
