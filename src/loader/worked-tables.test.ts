import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BatchInput } from '../../tests/support/build-batch.ts';
import { decimal, timestamp } from '../../tests/support/build-batch.ts';
import type { StartedEngine } from '../../tests/support/loading-engines.ts';
import { loadingEngines } from '../../tests/support/loading-engines.ts';
import type { Loading } from '../../tests/support/loading.ts';
import { createLoading } from '../../tests/support/loading.ts';
import { push } from '../../tests/support/push-request.ts';

let loading: Loading;

describe.each(loadingEngines)('the worked examples of loading.md §16 of tables over time on $name', ({ kind, start }) => {
  let engine: StartedEngine;
  beforeAll(async () => void (engine = await start()), 60_000);
  afterAll(() => engine.stop());
  beforeEach(async () => void (loading = await createLoading(engine.open)));
  afterEach(() => loading.close());

  /** What the sheets of the destinations make different. */
  const on = <T>(expected: { readonly duckdb: T; readonly postgres: T }): T => expected[kind];

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
