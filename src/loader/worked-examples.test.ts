import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BatchInput, RecordValue } from '../../tests/support/build-batch.ts';
import { decimal, timestamp } from '../../tests/support/build-batch.ts';
import type { StartedEngine } from '../../tests/support/loading-engines.ts';
import { loadingEngines } from '../../tests/support/loading-engines.ts';
import type { Loading } from '../../tests/support/loading.ts';
import { createLoading } from '../../tests/support/loading.ts';

type Data = { readonly [key: string]: RecordValue };

/** One push request: records with their sequences. */
function push(table: string, keyNames: readonly string[], ...records: readonly (readonly [bigint, Data])[]): BatchInput {
  return { table, keyNames, messages: records.map(([sequence, data]) => ({ sequence, data })) };
}

let loading: Loading;

describe.each(loadingEngines)('the worked examples of loading.md §16 on $name', ({ kind, start }) => {
  let engine: StartedEngine;
  beforeAll(async () => void (engine = await start()), 60_000);
  afterAll(() => engine.stop());
  beforeEach(async () => void (loading = await createLoading(engine.open)));
  afterEach(() => loading.close());

  /** What the sheets of the destinations make different. */
  const on = <T>(expected: { readonly duckdb: T; readonly postgres: T }): T => expected[kind];

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
    for (const { k } of rows) expect(k).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await loading.rows('SELECT _sdc_source_key___sdc_primary_key AS k, _sdc_level_0_id AS l, value FROM shop.log__x')).toEqual([
      { k: rows.find(({ m }) => m === 'with')?.['k'], l: 0, value: 7 },
    ]);
  });

  it('E9: shows rows of a version only once it is activated, all of them and no others', async () => {
    const version = (tableVersion: bigint, ...names: readonly (readonly [bigint, string] | 'activate')[]): BatchInput => ({
      table: 'v',
      keyNames: ['id'],
      tableVersion,
      messages: names.map((row) => ({ sequence: 1n, data: row === 'activate' ? undefined : { id: row[0], name: row[1] } })),
    });
    const visible = (): Promise<unknown[]> => loading.rows('SELECT id, name, _sdc_table_version AS v FROM shop.v ORDER BY id');
    // batch v1: ids 1,2 alone → no visible row (staged).
    const { versions } = await loading.push(version(1n, [1n, 'one'], [2n, 'two']));
    expect([await loading.tables(), versions]).toEqual([['_sdc_rejected'], { active: undefined, waiting: [{ version: 1n, rows: 2 }] }]);
    // + activate v1 → rows 1,2 (version 1).
    expect((await loading.push(version(1n, 'activate'))).newVersion).toBe(true);
    const first = [
      { id: 1, name: 'one', v: 1 },
      { id: 2, name: 'two', v: 1 },
    ];
    expect(await visible()).toEqual(first);
    // batch v2: id 1 (new name), no activation → still rows 1,2 of version 1.
    await loading.push(version(2n, [1n, 'new name']));
    expect(await visible()).toEqual(first);
    // activate v2 → only id 1, version 2, new name.
    await loading.push(version(2n, 'activate'));
    const second = [{ id: 1, name: 'new name', v: 2 }];
    expect(await visible()).toEqual(second);
    // activate v1 again → unchanged.
    expect((await loading.push(version(1n, 'activate'))).newVersion).toBe(false);
    expect(await visible()).toEqual(second);
    // batch v1 id 9 → ignored.
    expect((await loading.push(version(1n, [9n, 'late']))).counts).toMatchObject({ received: 1, rejected: 0, superseded: 1 });
    expect(await visible()).toEqual(second);
    // v3 activation with no rows → empty table.
    await loading.push(version(3n, 'activate'));
    expect([await visible(), await loading.columns('v')]).toEqual([[], ['id', 'name']]);
    // batch without version, id 7 → row 7 (version 0) visible;
    await loading.push(push('v', ['id'], [1n, { id: 7n, name: 'seven' }]));
    expect(await visible()).toEqual([{ id: 7, name: 'seven', v: 0 }]);
    // v4 with id 8 + activate → only id 8.
    await loading.push(version(4n, [8n, 'eight'], 'activate'));
    expect(await visible()).toEqual([{ id: 8, name: 'eight', v: 4 }]);
  });

  it('E10: sets aside the records that cannot load, with their reason and their JSON, and loads the rest', async () => {
    await loading.push(
      push(
        'r',
        ['id'],
        [1n, { id: 1n, n: 1n }],
        [2n, { id: 2n, n: 99999999999999999999n }],
        [3n, { id: 3n, x__st: 'a' }],
        [4n, { id: 4n, _sdc_foo: 1n }],
        [5n, { id: 5n, a: { b: 1n }, a__b: 2n }],
      ),
    );
    expect(await loading.rows('SELECT id, n FROM shop.r')).toEqual([{ id: 1, n: 1 }]);
    expect(await loading.columns('r')).toEqual(['id', 'n']);
    expect(await loading.rows('SELECT table_name, reason, record FROM shop._sdc_rejected ORDER BY record')).toEqual([
      {
        table_name: 'r',
        reason: `integer out of range for ${on({ duckdb: 'DuckDB', postgres: 'PostgreSQL' })} on 99999999999999999999`,
        record: '{"id":2,"n":99999999999999999999}',
      },
      {
        table_name: 'r',
        reason: 'column names from client should not include reserved datatype suffix on x__st',
        record: '{"id":3,"x__st":"a"}',
      },
      {
        table_name: 'r',
        reason: 'column names from client should not start with a reserved prefix on _sdc_foo',
        record: '{"id":4,"_sdc_foo":1}',
      },
      { table_name: 'r', reason: 'Field collision on a__b', record: '{"id":5,"a":{"b":1},"a__b":2}' },
    ]);
  });

  it('E11: leaves out a column whose name is too long, and refuses a table whose name is', async () => {
    const {
      label,
      column,
      table: name,
    } = on({
      duckdb: { label: 'DuckDB', column: 251, table: 255 },
      postgres: { label: 'PostgreSQL', column: 59, table: 63 },
    });
    const [fits, long] = ['c'.repeat(column), 'c'.repeat(column + 1)];
    await loading.push(push('w', ['id'], [1n, { id: 1n, [fits]: 1n, [long]: 2n }]));
    expect(await loading.columns('w')).toEqual(['id', fits]);
    expect(await loading.rows('SELECT reason FROM shop._sdc_rejected')).toEqual([
      { reason: `Column name [${long}] is too long for ${label}` },
    ]);
    const table = 't'.repeat(name + 1);
    const outcome = await loading.push(push(table, ['id'], [1n, { id: 1n }], [2n, { id: 2n }]));
    expect(outcome.counts.rejected).toBe(2);
    expect(await loading.tables()).toEqual(['_sdc_rejected', 'w']);
    expect(await loading.rows(`SELECT DISTINCT reason FROM shop._sdc_rejected WHERE table_name = '${table}'`)).toEqual([
      { reason: `Table name [${table}] is too long for ${label}` },
    ]);
  });

  it('E12: makes columns and keyless tables out of values only, never out of nulls', async () => {
    await loading.push(push('n', ['id'], [1n, { id: 1n, a: null }]));
    expect(await loading.columns('n')).toEqual(['id']);
    await loading.push(push('n', ['id'], [2n, { id: 2n, a: 'x' }]));
    expect((await loading.types('n')).at(-1)).toBe(on({ duckdb: 'a VARCHAR', postgres: 'a text' }));
    expect(await loading.rows('SELECT id, a FROM shop.n ORDER BY id')).toEqual([
      { id: 1, a: null },
      { id: 2, a: 'x' },
    ]);
    await loading.push(push('empty', [], [1n, { a: null, b: {}, c: [] }]));
    expect(await loading.tables()).toEqual(['_sdc_rejected', 'n']);
  });

  it('E13: cleans names but keeps case, spaces and reserved words', async () => {
    const record = { id: 1n, CuStOmErId: 1n, 'customer!id': 2n, '9lives': 3n, _tag: 4n, order: 5n, 'a b': 6n };
    await loading.push(push('names', ['id'], [1n, record]));
    if (kind === 'postgres') {
      expect(await loading.columns('names')).toEqual(['id', 'CuStOmErId', 'customerid', 'lives', '_tag', 'order', 'a b']);
      expect(await loading.rows('SELECT "CuStOmErId" AS a, customerid AS b, "order" AS o FROM shop.names')).toEqual([{ a: 1, b: 2, o: 5 }]);
      return;
    }
    expect(await loading.tables()).toEqual(['_sdc_rejected']);
    expect(await loading.rows('SELECT reason FROM shop._sdc_rejected')).toEqual([{ reason: 'Field collision on customerid' }]);
    await loading.push(push('names', ['id'], [1n, { id: 1n, CuStOmErId: 1n, '9lives': 3n, _tag: 4n, order: 5n, 'a b': 6n }]));
    await loading.push(push('names', ['id'], [2n, { id: 2n, 'customer!id': 2n }]));
    expect(await loading.columns('names')).toEqual(['id', 'CuStOmErId', 'lives', '_tag', 'order', 'a b']);
    expect(await loading.rows('SELECT CuStOmErId AS c FROM shop.names ORDER BY id')).toEqual([{ c: 1 }, { c: 2 }]);
  });

  it('E14: keeps a row that is marked as deleted, with nothing but its key and the mark', async () => {
    await loading.push(push('d', ['id'], [4n, { id: 2n, name: 'J' }]));
    await loading.push(push('d', ['id'], [9n, { id: 2n, _sdc_deleted_at: timestamp('2024-05-01T00:00:00Z') }]));
    expect(await loading.rows('SELECT id, name, _sdc_deleted_at::VARCHAR AS d, _sdc_sequence AS q FROM shop.d')).toEqual([
      { id: 2, name: null, d: '2024-05-01 00:00:00', q: 9 },
    ]);
    // Sent by push as a JSON string it is text.
    await loading.push(push('p', ['id'], [9n, { id: 2n, _sdc_deleted_at: '2024-05-01T00:00:00Z' }]));
    expect(await loading.types('p')).toContain(`_sdc_deleted_at ${on({ duckdb: 'VARCHAR', postgres: 'text' })}`);
  });

  it('E15: loads what Transit types as timestamp, decimal and UUID', async () => {
    const data = { id: 1n, w: timestamp('2019-08-13T21:25:03.123Z'), d: decimal('3.10'), u: '3f0c9a52-7d1e-4b86-9a40-c2e57d18b6f3' };
    await loading.push(push('tr', ['id'], [1n, data]));
    expect(await loading.rows('SELECT w::VARCHAR AS w, d::VARCHAR AS d, u FROM shop.tr')).toEqual([
      { w: '2019-08-13 21:25:03.123', d: on({ duckdb: '3.100000000000', postgres: '3.10' }), u: data.u },
    ]);
    expect((await loading.types('tr')).slice(1, 4)).toEqual(
      on({ duckdb: ['w TIMESTAMP', 'd DECIMAL(38,12)', 'u VARCHAR'], postgres: ['w timestamp without time zone', 'd numeric', 'u text'] }),
    );
  });

  it('E16: splits when a schema changes the type of a field', async () => {
    await loading.push(push('t', ['id'], [1n, { id: 1n, n: 5n }]));
    await loading.push(push('t', ['id'], [2n, { id: 2n, n: 5 }]));
    expect(await loading.rows('SELECT id, n__bi, n__do FROM shop.t ORDER BY id')).toEqual([
      { id: 1, n__bi: 5, n__do: null },
      { id: 2, n__bi: null, n__do: 5 },
    ]);
  });

  it('E17: stops a table whose keys change, keeps its data, and loads once the table is dropped', async () => {
    await loading.push(push('k', ['id'], [1n, { id: 1n, v: 1n }]));
    const changed = loading.request(push('k', ['id', 'v'], [2n, { id: 2n, v: 2n }]));
    await expect(loading.load([changed])).rejects.toThrow('Primary Keys for table do not match Primary Keys of incoming data');
    expect(await loading.rows('SELECT id FROM shop.k')).toEqual([{ id: 1 }]);
    await loading.alter('DROP TABLE shop.k');
    await loading.load([changed]);
    expect(await loading.rows('SELECT id, v FROM shop.k')).toEqual([{ id: 2, v: 2 }]);
  });

  it('E18: keeps the time of extraction where one was sent, and reports the bookmark', async () => {
    const { bookmarks } = await loading.push({
      table: 'x',
      keyNames: ['id'],
      bookmarkNames: ['upd'],
      messages: [
        { sequence: 1n, data: { id: 1n, upd: timestamp('2024-01-01T00:00:00Z') }, extractedAt: 1_704_067_200_000_000n },
        { sequence: 2n, data: { id: 2n } },
      ],
    });
    expect(bookmarks).toEqual({ upd: '2024-01-01T00:00:00Z' });
    expect(await loading.rows('SELECT id, _sdc_extracted_at::VARCHAR AS e FROM shop.x ORDER BY id')).toEqual([
      { id: 1, e: '2024-01-01 00:00:00' },
      { id: 2, e: null },
    ]);
  });
});
