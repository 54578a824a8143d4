import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decimal, timestamp } from '../../tests/support/build-batch.ts';
import type { StartedEngine } from '../../tests/support/loading-engines.ts';
import { loadingEngines } from '../../tests/support/loading-engines.ts';
import type { Loading } from '../../tests/support/loading.ts';
import { createLoading } from '../../tests/support/loading.ts';
import { push, type Data } from '../../tests/support/push-request.ts';

let loading: Loading;

describe.each(loadingEngines)('the worked examples of loading.md §16 of rows and subtables on $name', ({ kind, start }) => {
  let engine: StartedEngine;
  beforeAll(async () => void (engine = await start()), 60_000);
  afterAll(() => engine.stop());
  beforeEach(async () => void (loading = await createLoading(engine.open)));
  afterEach(() => loading.close());

  /** What the sheets of the destinations make different. */
  const on = <T>(expected: { readonly duckdb: T; readonly postgres: T }): T => expected[kind];

  /** Columns of a table's primary key, in PostgreSQL. */
  async function primaryKey(table: string): Promise<unknown[]> {
    const sql = `SELECT a.attname AS name FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY AS k(attnum, place)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
      WHERE i.indisprimary AND i.indrelid = 'shop.${table}'::regclass ORDER BY k.place`;
    return (await loading.rows(sql)).map(({ name }) => name);
  }

  it('E1: loads every logical type with its column type and its system columns', async () => {
    const data = { id: 1n, name: 'a', score: 15, price: decimal('9.5'), ok: true, at: timestamp('2024-01-02T04:04:05+01:00') };
    await loading.push(push('items', ['id'], [10n, data]));
    expect(
      await loading.rows('SELECT id, name, score, price::VARCHAR AS price, ok, "at"::VARCHAR AS moment, _sdc_sequence FROM shop.items'),
    ).toEqual([
      {
        id: 1,
        name: 'a',
        score: 15,
        price: on({ duckdb: '9.500000000000', postgres: '9.5' }),
        ok: true,
        moment: '2024-01-02 03:04:05',
        _sdc_sequence: 10,
      },
    ]);
    expect(await loading.types('items')).toEqual(
      on({
        duckdb: [
          'id BIGINT',
          'name VARCHAR',
          'score DOUBLE',
          'price DECIMAL(38,12)',
          'ok BOOLEAN',
          'at TIMESTAMP',
          '_sdc_received_at TIMESTAMP',
          '_sdc_batched_at TIMESTAMP',
          '_sdc_sequence BIGINT',
          '_sdc_table_version BIGINT',
        ],
        postgres: [
          'id bigint',
          'name text',
          'score double precision',
          'price numeric',
          'ok boolean',
          'at timestamp without time zone',
          '_sdc_received_at timestamp without time zone',
          '_sdc_batched_at timestamp without time zone',
          '_sdc_sequence bigint',
          '_sdc_table_version bigint',
        ],
      }),
    );
    if (kind === 'postgres') {
      expect(
        await loading.rows(`SELECT conname, contype FROM pg_constraint WHERE conrelid = 'shop.items'::regclass AND contype <> 'n'`),
      ).toEqual([{ conname: 'items_pkey', contype: 'p' }]);
    }
    expect(
      await loading.rows('SELECT _sdc_received_at::VARCHAR AS r, _sdc_batched_at::VARCHAR AS b, _sdc_table_version AS v FROM shop.items'),
    ).toEqual([{ r: '2024-05-01 10:20:30.456', b: '2024-05-01 10:20:31.456', v: 0 }]);
  });

  const costs = [
    push('c', ['id'], [1n, { id: 1n, cost: 3.14 }]),
    push('c', ['id'], [2n, { id: 2n, cost: 10n }], [3n, { id: 3n, cost: 'n/a' }], [4n, { id: 4n, cost: null }]),
  ];
  const splitRows = [
    { id: 1, cost__do: 3.14, cost__bi: null, cost__st: null },
    { id: 2, cost__do: null, cost__bi: 10, cost__st: null },
    { id: 3, cost__do: null, cost__bi: null, cost__st: 'n/a' },
    { id: 4, cost__do: null, cost__bi: null, cost__st: null },
  ];

  it('E2: splits a column of several types and leaves no column without a suffix', async () => {
    await loading.load(costs.map((request) => loading.request(request)));
    expect(await loading.rows('SELECT id, cost__do, cost__bi, cost__st FROM shop.c ORDER BY id')).toEqual(splitRows);
    expect(await loading.columns('c')).toEqual(['id', 'cost__do', 'cost__bi', 'cost__st']);
  });

  it('E2: renames the original column when the second type comes in a later load', async () => {
    const [first, ...rest] = costs.map((request) => loading.request(request));
    if (first === undefined) throw new RangeError('No request.');
    await loading.load([first]);
    expect(await loading.columns('c')).toEqual(['id', 'cost']);
    await loading.load(rest);
    expect(await loading.rows('SELECT id, cost__do, cost__bi, cost__st FROM shop.c ORDER BY id')).toEqual(splitRows);
    expect((await loading.types('c')).map((type) => type.split(' ')[0])).toEqual(
      'id cost__do _sdc_received_at _sdc_batched_at _sdc_sequence _sdc_table_version cost__bi cost__st'.split(' '),
    );
  });

  it('E3: keeps the greatest sequence, within a request and between requests', async () => {
    const first = push(
      'u',
      ['id'],
      [500n, { id: 1n, s: 'open' }],
      [507n, { id: 1n, s: 'void' }],
      [498n, { id: 1n, s: 'draft' }],
      [430n, { id: 2n, s: 'draft' }],
    );
    await loading.push(first);
    const select = 'SELECT id, s, _sdc_sequence AS q FROM shop.u ORDER BY id';
    const rows = [
      { id: 1, s: 'void', q: 507 },
      { id: 2, s: 'draft', q: 430 },
    ];
    expect(await loading.rows(select)).toEqual(rows);
    await loading.push(push('u', ['id'], [506n, { id: 1n, s: 'late' }]));
    expect(await loading.rows(select)).toEqual(rows);
    await loading.push(push('u', ['id'], [507n, { id: 1n, s: 'tie' }]));
    expect(await loading.rows(select)).toEqual(rows);
    await loading.push(push('u', ['id'], [508n, { id: 1n, t: 'x' }]));
    expect(await loading.rows('SELECT id, s, t, _sdc_sequence AS q FROM shop.u ORDER BY id')).toEqual([
      { id: 1, s: null, t: 'x', q: 508 },
      { id: 2, s: 'draft', t: null, q: 430 },
    ]);
  });

  it('E4: compares sequences as 64-bit integers', async () => {
    await loading.push(push('b', ['id'], [1795253001779869402n, { id: 1n, v: 'b' }], [1795253001779869401n, { id: 1n, v: 'a' }]));
    expect(await loading.rows('SELECT v, _sdc_sequence::VARCHAR AS q FROM shop.b')).toEqual([{ v: 'b', q: '1795253001779869402' }]);
  });

  const order: Data = {
    order_id: 12n,
    buyer: { name: 'Ann', addr: { zip: '1' } },
    lines: [
      { sku: 'x', taxes: [{ r: 0.1 }, { r: 0.2 }] },
      { sku: 'y', taxes: [] },
    ],
  };

  it('E5: flattens objects into columns and arrays into subtables', async () => {
    const { loaded } = await loading.push(push('orders', ['order_id'], [5n, order]));
    expect(await loading.columns('orders')).toEqual(['order_id', 'buyer__name', 'buyer__addr__zip']);
    expect(await loading.rows('SELECT order_id, buyer__name, buyer__addr__zip FROM shop.orders')).toEqual([
      { order_id: 12, buyer__name: 'Ann', buyer__addr__zip: '1' },
    ]);
    expect(
      await loading.rows(
        'SELECT _sdc_source_key_order_id AS k, _sdc_level_0_id AS l, sku, _sdc_sequence AS q FROM shop.orders__lines ORDER BY l',
      ),
    ).toEqual([
      { k: 12, l: 0, sku: 'x', q: 5 },
      { k: 12, l: 1, sku: 'y', q: 5 },
    ]);
    expect(
      await loading.rows(
        'SELECT _sdc_source_key_order_id AS k, _sdc_level_0_id AS a, _sdc_level_1_id AS b, r FROM shop.orders__lines__taxes ORDER BY b',
      ),
    ).toEqual([
      { k: 12, a: 0, b: 0, r: 0.1 },
      { k: 12, a: 0, b: 1, r: 0.2 },
    ]);
    expect(loaded).toEqual({ orders: 1, orders__lines: 2, orders__lines__taxes: 2 });
    if (kind === 'postgres') {
      expect(await primaryKey('orders__lines')).toEqual(['_sdc_source_key_order_id', '_sdc_level_0_id']);
      expect(await primaryKey('orders__lines__taxes')).toEqual(['_sdc_source_key_order_id', '_sdc_level_0_id', '_sdc_level_1_id']);
    }
  });

  it('E6: leaves nothing of an array that shrank', async () => {
    await loading.push(push('orders', ['order_id'], [5n, order]));
    await loading.push(push('orders', ['order_id'], [6n, { order_id: 12n, buyer: { name: 'Ann' }, lines: [{ sku: 'z', taxes: [] }] }]));
    expect(await loading.rows('SELECT buyer__addr__zip AS zip, _sdc_sequence AS q FROM shop.orders')).toEqual([{ zip: null, q: 6 }]);
    expect(await loading.rows('SELECT _sdc_level_0_id AS l, sku, _sdc_sequence AS q FROM shop.orders__lines')).toEqual([
      { l: 0, sku: 'z', q: 6 },
    ]);
    expect(await loading.rows('SELECT * FROM shop.orders__lines__taxes')).toEqual([]);
  });

  it('E7: loads scalars, composite keys and arrays in arrays', async () => {
    await loading.push(push('ev', ['a', 'b'], [1n, { a: 1n, b: 'k', tags: ['p', 'q'], grid: [[1n, 2n], [3n]] }]));
    expect(
      await loading.rows(
        'SELECT _sdc_source_key_a AS a, _sdc_source_key_b AS b, _sdc_level_0_id AS l, value FROM shop.ev__tags ORDER BY l',
      ),
    ).toEqual([
      { a: 1, b: 'k', l: 0, value: 'p' },
      { a: 1, b: 'k', l: 1, value: 'q' },
    ]);
    expect((await loading.types('ev__tags')).slice(0, 4)).toEqual(
      on({
        duckdb: ['_sdc_source_key_a BIGINT', '_sdc_source_key_b VARCHAR', '_sdc_level_0_id BIGINT', 'value VARCHAR'],
        postgres: ['_sdc_source_key_a bigint', '_sdc_source_key_b text', '_sdc_level_0_id bigint', 'value text'],
      }),
    );
    expect(await loading.rows('SELECT _sdc_level_0_id AS l FROM shop.ev__grid ORDER BY l')).toEqual([{ l: 0 }, { l: 1 }]);
    expect(await loading.columns('ev__grid')).toEqual(['_sdc_source_key_a', '_sdc_source_key_b', '_sdc_level_0_id']);
    expect(await loading.rows('SELECT _sdc_level_0_id AS l, _sdc_level_1_id AS m, value FROM shop.ev__grid__value ORDER BY l, m')).toEqual([
      { l: 0, m: 0, value: 1 },
      { l: 0, m: 1, value: 2 },
      { l: 1, m: 0, value: 3 },
    ]);
  });

  it('E8: gives every record of a table without a key its own identity', async () => {
    await loading.push(push('log', [], [1n, { m: 'hi' }]));
    await loading.push(push('log', [], [1n, { m: 'hi' }]));
    await loading.push(push('log', [], [1n, { m: 'with', x: [7n] }]));
    const rows = await loading.rows('SELECT m, __sdc_primary_key AS k FROM shop.log');
    expect(rows.map(({ m }) => String(m)).toSorted()).toEqual(['hi', 'hi', 'with']);
    expect(new Set(rows.map(({ k }) => k)).size).toBe(3);
    if (kind === 'postgres') {
      expect(await primaryKey('log')).toEqual([]);
      expect(await loading.rows(`SELECT 1 FROM pg_attribute WHERE attrelid = 'shop.log'::regclass AND attnum > 0 AND attnotnull`)).toEqual(
        [],
      );
    }
    for (const { k } of rows) expect(k).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await loading.rows('SELECT _sdc_source_key___sdc_primary_key AS k, _sdc_level_0_id AS l, value FROM shop.log__x')).toEqual([
      { k: rows.find(({ m }) => m === 'with')?.['k'], l: 0, value: 7 },
    ]);
  });
});
