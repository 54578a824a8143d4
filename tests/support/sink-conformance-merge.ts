/** Part of the conformance suite: columns over time, upsert, children, append (loading.md §3–§6). */
import { expect, it } from 'vitest';
import { catalogueOf, createTable } from './sink-plans.ts';
import type { TableInput, Value } from './sink-plans.ts';
import { createSchema, firstItems, items, lines, sorted, splitSteps } from './sink-fixture.ts';
import type { SinkFixture } from './sink-fixture.ts';

export function describeMerging(fixture: SinkFixture): void {
  it('adds columns at the end and leaves NULL in older rows', async () => {
    await fixture.loadFirst();
    const wider: TableInput = { ...firstItems, columns: [...firstItems.columns, ['price', 'number']], rows: [[3n, 'c', 12n, '9.5']] };
    await fixture.load({ ddl: [{ kind: 'add-column', table: 'items', column: { name: 'price', type: 'number' } }], tables: [wider] });
    expect(sorted(await fixture.read('items'))).toEqual(
      sorted([
        { id: '1', name: 'a', _sdc_sequence: '10', price: null },
        { id: '2', name: 'b', _sdc_sequence: '11', price: null },
        { id: '3', name: 'c', _sdc_sequence: '12', price: '9.5' },
      ]),
    );
    const { tables } = await fixture.under.sink.describe('shop');
    expect(tables.find(({ table }) => table === 'items')?.columns.at(-1)).toEqual({ name: 'price', type: 'number', notNull: false });
  });

  it('renames a column that splits in the same transaction as the rows that made it split', async () => {
    await fixture.loadFirst();
    const split: TableInput = {
      ...firstItems,
      columns: [
        ['id', 'bigint'],
        ['name__bi', 'bigint'],
        ['_sdc_sequence', 'bigint'],
      ],
      rows: [[2n, 5n, 12n]],
    };
    await fixture.load({ ddl: splitSteps, tables: [split] });
    expect(sorted(await fixture.read('items'))).toEqual(
      sorted([
        { id: '1', name__st: 'a', name__bi: null, _sdc_sequence: '10' },
        { id: '2', name__st: null, name__bi: '5', _sdc_sequence: '12' },
      ]),
    );
  });

  it('replaces whole rows by newer sequences only; a tie keeps the stored row', async () => {
    const wide: TableInput = {
      ...firstItems,
      columns: [...firstItems.columns, ['extra', 'string']],
      rows: firstItems.rows.map((row) => [...row, 'x']),
    };
    await fixture.load({ ddl: [createSchema, createTable(wide)], tables: [wide] });
    expect(await fixture.load({ tables: [items([1n, 'newer', 11n], [2n, 'tie', 11n])] })).toEqual({ items: 1 });
    expect(await fixture.load({ tables: [items([1n, 'older', 10n])] })).toEqual({ items: 0 });
    expect(sorted(await fixture.read('items'))).toEqual(
      sorted([
        { id: '1', name: 'newer', extra: null, _sdc_sequence: '11' },
        { id: '2', name: 'b', extra: 'x', _sdc_sequence: '11' },
      ]),
    );
  });

  it('compares sequences as 64-bit integers', async () => {
    await fixture.load({ ddl: [createSchema, createTable(firstItems)], tables: [items([1n, 'b', 1795253001779869402n])] });
    await fixture.load({ tables: [items([1n, 'a', 1795253001779869401n])] });
    expect(await fixture.read('items')).toEqual([{ id: '1', name: 'b', _sdc_sequence: '1795253001779869402' }]);
  });

  it('compares keys exactly: letter case, trailing spaces and all columns of a composite key count', async () => {
    const pairs = (...rows: Value[][]): TableInput => ({
      table: 'items',
      keyColumns: ['a', 'b'],
      columns: [
        ['a', 'string'],
        ['b', 'bigint'],
        ['v', 'string'],
        ['_sdc_sequence', 'bigint'],
      ],
      rows,
    });
    const stored = pairs(['k', 1n, 'one', 1n], ['K', 1n, 'two', 1n], ['k ', 1n, 'three', 1n], ['k', 2n, 'four', 1n]);
    await fixture.load({ ddl: [createSchema, createTable(stored)], tables: [stored] });
    await fixture.load({ tables: [pairs(['K', 1n, 'new', 2n])] });
    expect((await fixture.read('items')).map((row) => row['v']).toSorted()).toEqual(['four', 'new', 'one', 'three']);
  });

  it('replaces children with their root, also in subtables that receive nothing', async () => {
    const root = items([12n, 'Ann', 5n], [13n, 'Bob', 5n]);
    const children = lines(
      [
        [12n, 0n, 'x', 5n],
        [12n, 1n, 'y', 5n],
        [13n, 0n, 'q', 5n],
      ],
      [0, 0, 1],
    );
    const taxes: TableInput = {
      table: 'items__lines__taxes',
      path: ['lines', 'taxes'],
      keyColumns: ['_sdc_source_key_id'],
      columns: [
        ['_sdc_source_key_id', 'bigint'],
        ['_sdc_level_0_id', 'bigint'],
        ['_sdc_level_1_id', 'bigint'],
        ['r', 'double'],
        ['_sdc_sequence', 'bigint'],
      ],
      rows: [
        [12n, 0n, 0n, 0.1, 5n],
        [13n, 0n, 0n, 0.2, 5n],
      ],
      rootRow: [0, 1],
    };
    const tables = [root, children, taxes];
    expect(await fixture.load({ ddl: [createSchema, ...tables.map(createTable)], tables })).toEqual({
      items: 2,
      items__lines: 3,
      items__lines__taxes: 2,
    });
    const all = catalogueOf('items', tables);
    await fixture.load({ tables: [items([12n, 'Ann', 6n]), lines([[12n, 0n, 'z', 6n]], [0])], catalogue: all });
    expect(sorted(await fixture.read('items__lines'))).toEqual(
      sorted([
        { _sdc_source_key_id: '12', _sdc_level_0_id: '0', sku: 'z', _sdc_sequence: '6' },
        { _sdc_source_key_id: '13', _sdc_level_0_id: '0', sku: 'q', _sdc_sequence: '5' },
      ]),
    );
    expect((await fixture.read('items__lines__taxes')).map((row) => row['_sdc_source_key_id'])).toEqual(['13']);
    // A plan that names no subtable at all still finds them in the stored catalogue.
    await fixture.load({ tables: [items([13n, 'Bob', 6n])] });
    expect((await fixture.read('items__lines')).map((row) => row['_sdc_source_key_id'])).toEqual(['12']);
    expect(await fixture.read('items__lines__taxes')).toEqual([]);
  });

  it('drops the children of a root row that lost', async () => {
    const root = items([12n, 'Ann', 5n]);
    const children = lines([[12n, 0n, 'x', 5n]], [0]);
    await fixture.load({ ddl: [createSchema, createTable(root), createTable(children)], tables: [root, children] });
    const loaded = await fixture.load({
      tables: [
        items([12n, 'late', 4n], [14n, 'Cid', 4n]),
        lines(
          [
            [12n, 0n, 'late', 4n],
            [14n, 0n, 'new', 4n],
          ],
          [0, 1],
        ),
      ],
    });
    expect(loaded).toEqual({ items: 1, items__lines: 1 });
    expect((await fixture.read('items__lines')).map((row) => row['sku']).toSorted()).toEqual(['new', 'x']);
  });

  it('appends everything in an append plan, equal rows and their children included', async () => {
    const log = (uuid: string): TableInput[] => [
      {
        table: 'log',
        columns: [
          ['m', 'string'],
          ['_sdc_sequence', 'bigint'],
          ['__sdc_primary_key', 'string'],
        ],
        rows: [['hi', 1n, uuid]],
      },
      {
        table: 'log__x',
        path: ['x'],
        keyColumns: ['_sdc_source_key___sdc_primary_key'],
        columns: [
          ['_sdc_source_key___sdc_primary_key', 'string'],
          ['_sdc_level_0_id', 'bigint'],
          ['value', 'bigint'],
        ],
        rows: [[uuid, 0n, 7n]],
        rootRow: [0],
      },
    ];
    await fixture.load({ mode: 'append', ddl: [createSchema, ...log('').map(createTable)], tables: log('u-1') });
    expect(await fixture.load({ mode: 'append', tables: log('u-2') })).toEqual({ log: 1, log__x: 1 });
    expect((await fixture.read('log')).map((row) => row['__sdc_primary_key']).toSorted()).toEqual(['u-1', 'u-2']);
    expect(await fixture.read('log__x')).toHaveLength(2);
  });
}
