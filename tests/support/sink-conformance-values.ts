/** Part of the conformance suite: types at their edges, odd names, many rows. */
import { expect, it } from 'vitest';
import { createTable } from './sink-plans.ts';
import type { TableInput, Value } from './sink-plans.ts';
import { createSchema, firstItems } from './sink-fixture.ts';
import type { SinkFixture } from './sink-fixture.ts';

export function describeValues(fixture: SinkFixture): void {
  it('stores the extremes of every type exactly', async () => {
    const [from, to] = fixture.under.sink.sheet.timestampRange;
    const long = '😀 long '.repeat(20_000);
    const table: TableInput = {
      table: 'items',
      keyColumns: ['id'],
      columns: [
        ['id', 'bigint'],
        ['i', 'bigint'],
        ['d', 'double'],
        ['n', 'number'],
        ['b', 'boolean'],
        ['s', 'string'],
        ['t', 'date'],
        ['_sdc_sequence', 'bigint'],
      ],
      rows: [
        [1n, 2n ** 63n - 1n, Number.MAX_VALUE, '99999999999999999999999999.999999999999', true, '', 0n, 1n],
        [2n, -(2n ** 63n), Number.MIN_VALUE, '-99999999999999999999999999.999999999999', false, long, 1_704_164_645_123_000n, 1n],
        [3n, 0n, Number.NaN, '0.000000000001', null, 'exactly12byt', null, 1n],
        [4n, 9_007_199_254_740_993n, Number.POSITIVE_INFINITY, '1.10', null, 'thirteen byte', null, 1n],
        [5n, -1n, Number.NEGATIVE_INFINITY, '1e3', null, 'it\'s "quoted"; DROP TABLE items; --', null, 1n],
        [6n, null, 0.1 + 0.2, '-0', null, '東京🙂é\t\n', null, 1n],
        [7n, null, null, null, null, null, null, 1n],
      ],
    };
    await fixture.load({ ddl: [createSchema, createTable(table)], tables: [table] });
    const rows = new Map((await fixture.read('items')).map((row) => [row['id'], row]));
    const column = (name: string): (string | null | undefined)[] => Array.from('1234567', (id) => rows.get(id)?.[name]);
    expect(column('i')).toEqual(['9223372036854775807', '-9223372036854775808', '0', '9007199254740993', '-1', null, null]);
    expect(column('d')).toEqual(['1.7976931348623157e+308', '5e-324', 'NaN', 'Infinity', '-Infinity', '0.30000000000000004', null]);
    expect(column('n')).toEqual([
      '99999999999999999999999999.999999999999',
      '-99999999999999999999999999.999999999999',
      '0.000000000001',
      '1.1',
      '1000',
      '0',
      null,
    ]);
    expect(column('b')).toEqual(['true', 'false', null, null, null, null, null]);
    expect(column('s')).toEqual(table.rows.map((row) => row[5]));
    expect(column('t')).toEqual(['1970-01-01 00:00:00.000', '2024-01-02 03:04:05.123', null, null, null, null, null]);

    const edges: TableInput = {
      ...table,
      columns: [table.columns[0]!, table.columns[6]!, table.columns[7]!],
      rows: [
        [8n, from, 1n],
        [9n, to, 1n],
      ],
    }; // eight columns above
    await fixture.load({ tables: [edges] });
    const stored = await fixture.read('items');
    expect(stored.filter((row) => row['t'] !== null && ['8', '9'].includes(row['id'] ?? ''))).toHaveLength(2);
  });

  it('takes names with quotes, spaces, emoji and reserved words as they are', async () => {
    const odd: TableInput = {
      table: 'my "odd" table; --',
      keyColumns: ['select'],
      columns: [
        ['select', 'bigint'],
        ["it's", 'string'],
        ['Großé 🙂', 'string'],
        ['a"b', 'boolean'],
        ['_sdc_sequence', 'bigint'],
      ],
      rows: [[1n, 'x', 'y', true, 1n]],
    };
    await fixture.load({ ddl: [createSchema, createTable(odd)], tables: [odd] });
    const update = { ...odd, rows: [[1n, 'x2', 'y2', false, 2n]] };
    await fixture.load({
      ddl: [{ kind: 'rename-column', table: odd.table, from: 'a"b', to: 'a"b__bo' }],
      tables: [{ ...update, columns: renamed(update.columns) }],
    });
    expect(await fixture.read(odd.table)).toEqual([
      { select: '1', "it's": 'x2', 'Großé 🙂': 'y2', 'a"b__bo': 'false', _sdc_sequence: '2' },
    ]);
  });

  it('loads and replaces 100,000 rows of mixed width, NULLs scattered over chunk borders, within 20 seconds', async () => {
    const count = 100_000;
    const bulk = (sequence: bigint, shift: number): TableInput => ({
      ...firstItems,
      columns: [...firstItems.columns, ['x', 'double'], ['n', 'number']],
      rows: Array.from({ length: count }, (_, index): Value[] => {
        const id = index + shift;
        return [
          BigInt(id),
          id % 3 === 0 ? null : `name ${'x'.repeat(id % 40)}`,
          sequence,
          id % 2047 === 0 ? null : id / 8,
          id % 5 === 0 ? null : `${id}.25`,
        ];
      }),
    });
    const started = performance.now();
    await fixture.load({ ddl: [createSchema, createTable(bulk(1n, 0))], tables: [bulk(1n, 0)] });
    expect(await fixture.load({ tables: [bulk(2n, count / 2)] })).toEqual({ items: count });
    expect(performance.now() - started).toBeLessThan(20_000);
    const rows = await fixture.read('items');
    expect(rows).toHaveLength(1.5 * count);
    for (const row of rows) {
      const id = Number(row['id']);
      const expected = {
        id: String(id),
        name: id % 3 === 0 ? null : `name ${'x'.repeat(id % 40)}`,
        _sdc_sequence: id < count / 2 ? '1' : '2',
        x: id % 2047 === 0 ? null : String(id / 8),
        n: id % 5 === 0 ? null : `${id}.25`,
      };
      if (JSON.stringify(row) !== JSON.stringify(expected)) expect(row).toEqual(expected);
    }
  }, 60_000);
}

function renamed(columns: TableInput['columns']): TableInput['columns'] {
  return columns.map(([name, type]) => [name === 'a"b' ? 'a"b__bo' : name, type] as const);
}
