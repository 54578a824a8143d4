import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSchema, items, lines } from '../../../tests/support/sink-fixture.ts';
import { createTable, loadPlan } from '../../../tests/support/sink-plans.ts';
import type { SchemaDescription } from '../sink.ts';
import { createDuckDbSink } from './duckdb-sink.ts';

describe('a described schema', () => {
  let directory: string;
  let file: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'thimble-describe-'));
    file = join(directory, 'warehouse.duckdb');
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const orders = items([1n, 'a', 10n]);
  const children = lines([[1n, 0n, 'x', 10n]], [0]);
  const first = () =>
    loadPlan({
      ddl: [createSchema, createTable(orders), createTable(children)],
      tables: [orders, children],
      expected: undefined,
      position: 1,
    });
  const namesOf = ({ tables, catalogue }: SchemaDescription): unknown => [
    tables.map(({ table }) => table),
    catalogue.map(({ table }) => table),
  ];

  it('names only what a load of the root table can touch, whoever owns it', async () => {
    const sink = createDuckDbSink({ file });
    await sink.load(first());
    for (const table of ['Items__Extra', 'itemsets', 'other']) {
      const tables = [{ ...orders, table }];
      await sink.load(loadPlan({ ddl: tables.map(createTable), tables, expected: undefined, position: 2 }));
    }
    expect(namesOf(await sink.describe('SHOP', 'i?tems'))).toEqual([['Items__Extra', 'items', 'items__lines'], []]);
    expect(namesOf(await sink.describe('shop', 'other'))).toEqual([['other'], ['other']]);
    expect(namesOf(await sink.describe('shop', 'absent'))).toEqual([[], []]);
    expect(await sink.describe('absent', 'items')).toEqual({ exists: false, tables: [], catalogue: [], versions: [] });
    await sink.close();
  });

  it('is what another program left while the file was closed', async () => {
    const sink = createDuckDbSink({ file, idleMs: 20 });
    await sink.load(first());
    expect(namesOf(await sink.describe('shop', 'items'))).toEqual([
      ['items', 'items__lines'],
      ['items', 'items__lines'],
    ]);
    await vi.waitFor(async () => {
      // Another configuration is refused as long as the sink has the file open.
      const instance = await DuckDBInstance.fromCache(file, { threads: '1' });
      const connection = await instance.connect();
      await connection.run('ALTER TABLE shop.items__lines RENAME TO items__mine');
      connection.closeSync();
      instance.closeSync();
    }, 10_000);
    expect(namesOf(await sink.describe('shop', 'items'))).toEqual([
      ['items', 'items__mine'],
      ['items', 'items__lines'],
    ]);
    await sink.close();
  });

  it('does not name the tables of a load that failed', async () => {
    const sink = createDuckDbSink({ file });
    await sink.load(first());
    const late = { ...orders, table: 'late' };
    const broken = loadPlan({ ddl: [createTable(late)], tables: [late], expected: 7, position: 8 });
    await expect(sink.load(broken)).rejects.toThrow();
    expect(namesOf(await sink.describe('shop', 'late'))).toEqual([[], []]);
    await sink.close();
  });
});
