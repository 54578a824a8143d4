import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDestination } from '../../../tests/support/postgres-destination.ts';
import type { PostgresDestination } from '../../../tests/support/postgres-destination.ts';
import { startPostgres } from '../../../tests/support/postgres-server.ts';
import type { PostgresServer } from '../../../tests/support/postgres-server.ts';
import { createSchema, firstItems, items, itemsKey, lines } from '../../../tests/support/sink-fixture.ts';
import { createTable, loadPlan } from '../../../tests/support/sink-plans.ts';
import type { PlanInput, TableInput } from '../../../tests/support/sink-plans.ts';
import type { LoadPlan, LoadResult } from '../sink.ts';

let server: PostgresServer;
let destination: PostgresDestination;
let position: number;
beforeAll(async () => void (server = await startPostgres()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  destination = await createDestination(server);
  position = 0;
});
afterEach(() => destination.dispose());

async function load(input: Omit<PlanInput, 'expected' | 'position'>): Promise<LoadResult> {
  const expected = position === 0 ? undefined : position;
  const result = await destination.sink.load(loadPlan({ root: 'items', ...input, expected, position: position + 1 }));
  position += 1;
  return result;
}

describe('columns that widen', () => {
  const change = { kind: 'change-type', table: 'items', column: { name: 'v', type: 'string' }, from: 'bigint' } as const;
  const valued = (rows: TableInput['rows'], ...columns: readonly TableInput['columns'][number][]): TableInput => ({
    table: 'items',
    keyColumns: ['id'],
    columns: [['id', 'bigint'], ...columns, ['_sdc_sequence', 'bigint']],
    rows,
  });

  it('while older records come leave the stored rows their children', async () => {
    const root = valued(
      [
        [1n, 1n, 10n],
        [2n, 2n, 10n],
      ],
      ['v', 'bigint'],
    );
    const children = lines([[1n, 0n, 'x', 10n]], [0]);
    await load({ ddl: [createSchema, createTable(root), createTable(children)], tables: [root, children] });
    const late = valued(
      [
        [1n, 'late', 9n],
        [2n, 'newer', 11n],
      ],
      ['v', 'string'],
    );
    expect(await load({ ddl: [change], tables: [late, lines([[1n, 0n, 'late', 9n]], [0])] })).toEqual({
      loaded: { items: 1, items__lines: 0 },
      superseded: 1,
    });
    expect((await destination.readTable('shop', 'items'))?.map(({ v }) => v).toSorted()).toEqual(['1', 'newer']);
    expect((await destination.readTable('shop', 'items__lines'))?.map(({ sku }) => sku)).toEqual(['x']);
  });

  it('are cast for rows that only append, too', async () => {
    const root = {
      ...valued(
        [
          [1n, 5n, 1n],
          [2n, null, 1n],
        ],
        ['v', 'bigint', 'string'],
      ),
      keyColumns: [],
    };
    await load({ mode: 'append', ddl: [createSchema, createTable(root)], tables: [root] });
    await load({ mode: 'append', tables: [root] });
    expect((await destination.readTable('shop', 'items'))?.map(({ v }) => v)).toEqual(['5', null, '5', null]);
  });

  it.each(['upsert', 'append'] as const)('may come in more types at once than one staging table has columns (%s)', async (mode) => {
    const names = Array.from({ length: 1000 }, (_, index) => `f${index}`);
    const columns = (['bigint', 'boolean', 'string', 'double'] as const).flatMap((type) =>
      names.map((name) => [name, type, 'string'] as const),
    );
    const row = (id: bigint, value: bigint | string | boolean | number, type: number): TableInput['rows'][number] => [
      id,
      ...columns.map((_, index) => (index === type * 1000 + 999 || index === type * 1000 ? value : null)),
      1n,
    ];
    const rows = [row(1n, 7n, 0), row(2n, true, 1), row(3n, 'x', 2), row(4n, 0.5, 3)];
    const table = valued(rows, ...columns);
    await load({ mode, ddl: [createSchema, createTable(table)], tables: [table], ...(mode === 'upsert' ? { deletes: [2] } : {}) });
    const texts = (await destination.readTable('shop', 'items'))?.map(({ id, f0, f999, f1 }) => [id, f0, f999, f1]);
    const all = [
      ['1', '7', '7', null],
      ['2', 'true', 'true', null],
      ['3', 'x', 'x', null],
      ['4', '0.5', '0.5', null],
    ];
    expect(texts?.toSorted()).toEqual(all.filter(([id]) => mode === 'append' || id !== '3'));
    const stages = await destination.query(`SELECT pg_relation_size(oid)::int AS bytes FROM pg_class WHERE relname LIKE 'stage\\_%'`);
    expect(stages.map(({ bytes }) => bytes)).toEqual([0, 0, 0]);
  });
});

it('goes on in a database whose tables are of a release that kept no rejects and no deletions', async () => {
  await load({ ddl: [createSchema, createTable(firstItems)], tables: [firstItems] });
  await destination.query('DROP TABLE _thimble.reject, _thimble.tombstone');
  const { sink } = destination;
  expect(await sink.readLedger(itemsKey)).toMatchObject({ position: 1 });
  expect((await sink.describe('shop')).catalogue).toHaveLength(1);
  const rejects = { schema: 'shop', sourceId: 7, states: ['rejected'], wholeOnly: false, order: 'oldest', limit: 10 } as const;
  expect(await sink.listRejects(rejects)).toEqual([]);
  await load({ tables: [items([1n, null, 20n])], deletes: [0], rejects: [{ table: 'items', reason: 'a', record: '{}' }] });
  expect(await sink.listRejects(rejects)).toHaveLength(1);
  await load({ tables: [items([1n, 'late', 19n])], deletes: [] });
  expect((await destination.readTable('shop', 'items'))?.map(({ id }) => id)).toEqual(['2']);
});

it('gives rejects of loads that overlap numbers in the order of their commits', async () => {
  const plan = (root: string): LoadPlan =>
    loadPlan({ root, ddl: [createSchema], rejects: [{ table: root, reason: root, record: '{}' }], expected: undefined, position: 1 });
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map((root) => destination.sink.load(plan(root))));
  const all = { schema: 'shop', sourceId: 7, states: ['rejected'], wholeOnly: false, order: 'oldest', limit: 10 } as const;
  expect((await destination.sink.listRejects(all)).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
});
