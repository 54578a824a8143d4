/** Part of the conformance suite: columns that widen, and rows that are deleted (`schema_drift`, `on_delete`). */
import { describe, expect, it } from 'vitest';
import type { DdlStep, LogicalType } from '../../src/sinks/sink.ts';
import type { TableInput, Value } from './sink-plans.ts';
import { createTable, loadPlan, testBatchedAt } from './sink-plans.ts';
import { createSchema, items, lines } from './sink-fixture.ts';
import type { SinkFixture } from './sink-fixture.ts';

const day = 86_400_000;

/** Values of each type that can become text. */
const samples: Readonly<Record<Exclude<LogicalType, 'string'>, readonly Value[]>> = {
  bigint: [0n, 10n, -7n, 2n ** 63n - 1n, -(2n ** 63n)],
  number: ['0', '3.10', '100', '-0.000000000001', '12345678901234567890123456.5'],
  double: [0.1, 15, -0.000_000_1, 1e300, 5e-324, 2 ** 53],
  boolean: [true, false],
  date: [0n, -1n, 1_714_558_830_456_000n, 1_714_558_830_000_001n],
};

export function describeDrift(fixture: SinkFixture): void {
  /** A keyed table with rows that hold a value each, whose column is of type `target`. */
  const column = (values: readonly Value[], type: LogicalType, target: LogicalType, firstId = 1): TableInput => ({
    table: 'items',
    keyColumns: ['id'],
    columns: [
      ['id', 'bigint'],
      ['v', type, target],
      ['_sdc_sequence', 'bigint'],
    ],
    rows: values.map((value, index) => [BigInt(firstId + index), value, 1n]),
  });
  const change = (from: LogicalType, to: LogicalType): DdlStep => ({
    kind: 'change-type',
    table: 'items',
    column: { name: 'v', type: to },
    from,
  });
  const values = async (): Promise<(string | null | undefined)[]> =>
    (await fixture.read('items')).toSorted((a, b) => Number(a['id']) - Number(b['id'])).map((row) => row['v']);

  describe('when a column widens', () => {
    it.each<[LogicalType, LogicalType]>([
      ['bigint', 'number'],
      ['bigint', 'string'],
      ['number', 'string'],
      ['double', 'string'],
      ['boolean', 'string'],
      ['date', 'string'],
    ])('makes the same of a stored %s and of one that comes after it became %s', async (from, to) => {
      const sample = samples[from as keyof typeof samples];
      await fixture.load({ ddl: [createSchema, createTable(column([], from, from))], tables: [column(sample, from, from)] });
      await fixture.load({ ddl: [change(from, to)], tables: [column([...sample, null], from, to, 101)] });
      const all = await values();
      expect(all.slice(sample.length)).toEqual([...all.slice(0, sample.length), null]);
      expect(all.slice(0, -1)).not.toContain(null);
      expect(new Set(all).size).toBe(sample.length + 1);
      const { tables } = await fixture.under.sink.describe('shop');
      expect(tables.find(({ table }) => table === 'items')?.columns[1]).toEqual({ name: 'v', type: to, notNull: false });
    });

    it('gives an integer the same text whether or not it was a decimal in between', async () => {
      await fixture.load({
        ddl: [createSchema, createTable(column([], 'bigint', 'bigint'))],
        tables: [column(samples.bigint, 'bigint', 'bigint')],
      });
      await fixture.load({ ddl: [change('bigint', 'number')], tables: [column(['3.10'], 'number', 'number', 50)] });
      await fixture.load({ ddl: [change('number', 'string')], tables: [column(samples.bigint, 'bigint', 'string', 101)] });
      const texts = samples.bigint.map(String);
      expect(await values()).toEqual([...texts, '3.1', ...texts]);
    });

    it('fills one column from values of several types, also of a subtable', async () => {
      const mixed: TableInput = {
        table: 'items',
        keyColumns: ['id'],
        columns: [
          ['id', 'bigint'],
          ['v', 'bigint', 'string'],
          ['v', 'boolean', 'string'],
          ['v', 'string'],
          ['_sdc_sequence', 'bigint'],
        ],
        rows: [
          [1n, 5n, null, null, 1n],
          [2n, null, true, null, 1n],
          [3n, null, null, 'x', 1n],
          [4n, null, null, null, 1n],
        ],
      };
      const child: TableInput = {
        ...lines([], []),
        columns: [
          ['_sdc_source_key_id', 'bigint'],
          ['_sdc_level_0_id', 'bigint'],
          ['value', 'bigint', 'number'],
          ['value', 'number'],
          ['_sdc_sequence', 'bigint'],
        ],
        rows: [
          [1n, 0n, 7n, null, 1n],
          [1n, 1n, null, '0.5', 1n],
        ],
        rootRow: [0, 0],
      };
      await fixture.load({ ddl: [createSchema, createTable(mixed), createTable(child)], tables: [mixed, child] });
      expect(await values()).toEqual(['5', 'true', 'x', null]);
      const children = await fixture.read('items__lines');
      expect(children.map((row) => Number(row['value'])).toSorted()).toEqual([0.5, 7]);
    });

    it('finds the step done that it runs again, and refuses a column of another type', async () => {
      await fixture.load({ ddl: [createSchema, createTable(column([], 'bigint', 'bigint'))], tables: [column([5n], 'bigint', 'bigint')] });
      await fixture.under.applyDdl('shop', [change('bigint', 'string'), change('bigint', 'string')]);
      await fixture.load({ ddl: [change('bigint', 'string')], tables: [column(['x'], 'string', 'string', 2)] });
      expect(await values()).toEqual(['5', 'x']);
      await expect(fixture.load({ ddl: [change('bigint', 'number')], tables: [column([6n], 'bigint', 'number', 3)] })).rejects.toThrow('v');
    });
  });

  describe('when rows are deleted', () => {
    const first = async (): Promise<void> => {
      const root = items([1n, 'a', 10n], [2n, 'b', 10n], [3n, 'c', 10n]);
      const children = lines(
        [
          [1n, 0n, 'x', 10n],
          [2n, 0n, 'y', 10n],
        ],
        [0, 1],
      );
      await fixture.load({ ddl: [createSchema, createTable(root), createTable(children)], tables: [root, children], deletes: [] });
    };
    const names = async (): Promise<(string | null | undefined)[]> => (await fixture.read('items')).map((row) => row['name']).toSorted();

    it('removes the row and its children, and stores nothing of the deleting record', async () => {
      await first();
      const loaded = await fixture.load({
        tables: [items([1n, 'gone', 11n], [3n, 'C', 11n]), lines([[1n, 0n, 'z', 11n]], [0])],
        deletes: [0],
      });
      expect(loaded).toEqual({ items: 1, items__lines: 0 });
      expect(await names()).toEqual(['C', 'b']);
      expect((await fixture.read('items__lines')).map((row) => row['sku'])).toEqual(['y']);
    });

    it('ignores a deletion that is not newer than the row', async () => {
      await first();
      await fixture.load({ tables: [items([1n, 'late', 9n], [2n, 'tie', 10n])], deletes: [0, 1] });
      expect(await names()).toEqual(['a', 'b', 'c']);
    });

    it('lets no older or equal record bring the row back, but a newer one, which may be deleted in turn', async () => {
      await first();
      await fixture.load({ tables: [items([1n, null, 20n], [9n, null, 20n])], deletes: [0, 1] });
      expect(await fixture.load({ tables: [items([1n, 'older', 19n], [9n, 'equal', 20n])], deletes: [] })).toEqual({ items: 0 });
      expect(await names()).toEqual(['b', 'c']);
      await fixture.load({ tables: [items([1n, 'newer', 21n])], deletes: [] });
      expect(await names()).toEqual(['b', 'c', 'newer']);
      await fixture.load({ tables: [items([1n, null, 22n])], deletes: [0] });
      await fixture.load({ tables: [items([1n, 'older', 21n])], deletes: [] });
      expect(await names()).toEqual(['b', 'c']);
    });

    it('counts records that a deletion outdoes as superseded', async () => {
      await first();
      await fixture.load({ tables: [items([1n, null, 20n])], deletes: [0] });
      const plan = loadPlan({
        tables: [items([1n, 'older', 19n], [2n, 'older', 9n], [3n, 'C', 11n])],
        deletes: [],
        expected: 2,
        position: 3,
      });
      expect(await fixture.under.sink.load(plan)).toMatchObject({ superseded: 2 });
    });

    it('keeps deletions of composite keys apart, whatever the texts and the order of the keys', async () => {
      const pairs = (...rows: [string, string, bigint][]): TableInput => ({
        table: 'items',
        keyColumns: ['a', 'b'],
        columns: [
          ['a', 'string'],
          ['b', 'string'],
          ['_sdc_sequence', 'bigint'],
        ],
        rows,
      });
      const table = pairs(['x', '1:y', 1n], ['x1:', 'y', 1n]);
      await fixture.load({ ddl: [createSchema, createTable(table)], tables: [table], deletes: [] });
      await fixture.load({ tables: [pairs(['x', '1:y', 5n])], deletes: [0] });
      await fixture.load({ tables: [{ ...pairs(['x', '1:y', 4n], ['x1:', 'y', 4n]), keyColumns: ['b', 'a'] }], deletes: [] });
      expect((await fixture.read('items')).map((row) => [row['a'], row['_sdc_sequence']])).toEqual([['x1:', '4']]);
    });

    it('drops marked rows of a version with its activation, by marks of any type, and no older record brings them back', async () => {
      await first();
      const marked: TableInput = {
        table: 'items',
        keyColumns: ['name', 'id'],
        columns: [
          ['id', 'number'],
          ['name', 'string'],
          ['_sdc_deleted_at__ti', 'date'],
          ['_sdc_deleted_at__st', 'string'],
          ['_sdc_sequence', 'bigint'],
        ],
        rows: [
          ['1.50', 'a', 1_000_000n, null, 5n],
          ['1.50', 'b', null, 'now', 5n],
          ['2', 'a', null, null, 5n],
        ],
      };
      const tags: TableInput = {
        table: 'items__tags',
        path: ['tags'],
        keyColumns: ['_sdc_source_key_id', '_sdc_source_key_name'],
        columns: [
          ['_sdc_source_key_id', 'number'],
          ['_sdc_source_key_name', 'string'],
          ['_sdc_level_0_id', 'bigint'],
        ],
        rows: [
          ['1.50', 'a', 0n],
          ['2', 'a', 0n],
        ],
        rootRow: [0, 2],
      };
      const ddl = [createTable(marked), createTable(tags)];
      await fixture.load({ ddl, tables: [marked, tags], version: 1n });
      await fixture.load({ root: 'items', version: 1n, activate: true, dropMarked: true });
      const keys = async (): Promise<unknown> => (await fixture.read('items')).map(({ id, name }) => `${Number(id)} ${name}`).toSorted();
      expect([await keys(), (await fixture.read('items__tags')).map((row) => Number(row['_sdc_source_key_id']))]).toEqual([['2 a'], [2]]);
      const rows = ['a', 'b'].map((name) => ['1.50', name, null, null, 5n]);
      await fixture.load({ tables: [{ ...marked, rows }], deletes: [] });
      expect(await keys()).toEqual(['2 a']);
      await fixture.load({ tables: [{ ...marked, rows: [['1.50', 'a', null, null, 6n]] }], deletes: [] });
      expect(await keys()).toEqual(['1.5 a', '2 a']);
      await fixture.load({ ddl, tables: [marked, tags], version: 2n, activate: true });
      expect(await keys()).toEqual(['1.5 a', '1.5 b', '2 a']);
    });

    it('forgets a deletion after 30 days, with the table, and where rows stay with their mark', async () => {
      await first();
      await fixture.load({ tables: [items([1n, null, 20n], [2n, null, 20n])], deletes: [0, 1] });
      await fixture.load({ tables: [items([2n, 'marked', 19n])] });
      expect(await names()).toEqual(['c', 'marked']);
      const later = loadPlan({ tables: [items([3n, 'C', 21n])], deletes: [], expected: 3, position: 4 });
      await fixture.under.sink.load({ ...later, batchedAt: testBatchedAt + 30 * day + 1 });
      await fixture.under.sink.load(loadPlan({ tables: [items([1n, 'back', 19n])], deletes: [], expected: 4, position: 5 }));
      expect(await names()).toEqual(['C', 'back', 'marked']);
      const other = { ...items([1n, null, 1n]), table: 'others' };
      const again = { ...items([1n, 'again', 1n]), table: 'again' };
      const root = 'others';
      await fixture.under.sink.load(
        loadPlan({ root, ddl: [createTable(other)], tables: [other], deletes: [0], expected: undefined, position: 1 }),
      );
      await fixture.under.sink.load(loadPlan({ root, ddl: [createTable(again)], tables: [again], deletes: [], expected: 1, position: 2 }));
      expect(await fixture.read('again')).toHaveLength(1);
    });
  });
}
