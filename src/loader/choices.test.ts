import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { timestamp } from '../../tests/support/build-batch.ts';
import type { StartedEngine } from '../../tests/support/loading-engines.ts';
import { loadingEngines } from '../../tests/support/loading-engines.ts';
import type { Loading } from '../../tests/support/loading.ts';
import { createLoading } from '../../tests/support/loading.ts';
import { push } from '../../tests/support/push-request.ts';

let loading: Loading;

/** Those of §17 that no worked example shows: E2 has C12, E3 C8 and C15, E6 C14, E10 C21, E13 C4 to C7, E17 C16. */
describe.each(loadingEngines)('the choices of loading.md §17 on $name', ({ kind, start }) => {
  let engine: StartedEngine;
  beforeAll(async () => void (engine = await start()), 60_000);
  afterAll(() => engine.stop());
  beforeEach(async () => void (loading = await createLoading(engine.open)));
  afterEach(() => loading.close());

  const reasons = async (): Promise<unknown[]> =>
    (await loading.rows('SELECT reason FROM shop._sdc_rejected ORDER BY record')).map(({ reason }) => reason);
  const ids = async (table: string): Promise<unknown[]> =>
    (await loading.rows(`SELECT id FROM shop."${table}" ORDER BY id`)).map(({ id }) => id);

  it('C2: table names are cleaned as column names are', async () => {
    await loading.push(push('9 My-Shop! orders', ['id'], [1n, { id: 1n, '9 My-Shop! orders': 2n, 'sub!': [3n] }]));
    const cleaned = 'MyShop orders';
    expect(await loading.tables()).toEqual([cleaned, `${cleaned}__sub`, '_sdc_rejected']);
    expect(await loading.columns(cleaned)).toEqual(['id', cleaned]);
  });

  it('C3: the later of two tables with one name is refused, and says so', async () => {
    await loading.push(push('shop!', ['id'], [1n, { id: 1n }]));
    const { counts } = await loading.push(push('shop?', ['id'], [1n, { id: 2n }]));
    expect(counts).toMatchObject({ received: 1, rejected: 1 });
    expect(await reasons()).toEqual(['Table name [shop] is already used by table [shop!]']);
    expect(await ids('shop')).toEqual([1]);
  });

  it('C9, C10: integers are 64 bits wide, timestamps are UTC without a zone', async () => {
    await loading.push(push('t', ['id'], [1n, { id: 1n, n: 9223372036854775807n, at: timestamp('2024-01-01T01:30:00+02:00') }]));
    expect((await loading.types('t')).slice(1, 3)).toEqual(
      kind === 'postgres' ? ['n bigint', 'at timestamp without time zone'] : ['n BIGINT', 'at TIMESTAMP'],
    );
    expect(await loading.rows('SELECT n::VARCHAR AS n, "at"::VARCHAR AS moment FROM shop.t')).toEqual([
      { n: '9223372036854775807', moment: '2023-12-31 23:30:00' },
    ]);
  });

  it('C11: NaN and infinities are stored as they are', async () => {
    await loading.push(
      push(
        't',
        ['id'],
        [1n, { id: 1n, f: Number.NaN }],
        [2n, { id: 2n, f: Infinity }],
        [3n, { id: 3n, f: -Infinity }],
        [4n, { id: 4n, f: 0.5 }],
      ),
    );
    const rows = await loading.rows('SELECT id, lower(f::VARCHAR) AS f FROM shop.t ORDER BY id');
    expect(rows.map(({ f }) => String(f).replace('infinity', 'inf'))).toEqual(['nan', 'inf', '-inf', '0.5']);
    expect(await loading.columns('t')).toEqual(['id', 'f']);
  });

  it('C13: a null element keeps a row, so that indexes stay aligned', async () => {
    await loading.push(push('t', ['id'], [1n, { id: 1n, tags: ['a', null, 'c'], grid: [null, [1n]] }]));
    expect(await loading.rows('SELECT _sdc_level_0_id AS l, value FROM shop.t__tags ORDER BY l')).toEqual([
      { l: 0, value: 'a' },
      { l: 1, value: null },
      { l: 2, value: 'c' },
    ]);
    expect(await loading.rows('SELECT _sdc_level_0_id AS l FROM shop.t__grid ORDER BY l')).toEqual([{ l: 0 }, { l: 1 }]);
    expect(await loading.rows('SELECT _sdc_level_0_id AS l, _sdc_level_1_id AS m, value FROM shop.t__grid__value')).toEqual([
      { l: 1, m: 0, value: 1 },
    ]);
  });

  it('C17, C18: rows of a version wait unseen and counted; its tables have nothing of the version before', async () => {
    const first = push('t', ['id'], [1n, { id: 1n, n: 1n, old: 'x', lines: [{ a: 1n }], gone: [1n] }], [2n, { id: 2n, n: 'text' }]);
    await loading.push({ ...first, tableVersion: 1n, messages: [...first.messages, { sequence: 3n, data: undefined }] });
    expect(await loading.columns('t')).toEqual(['id', 'n__bi', 'old', 'n__st']);
    const second = push('t', ['id'], [1n, { id: 3n, n: 1.5, lines: [{ b: 2n }] }], [1n, { id: 4n }]);
    const { versions } = await loading.push({ ...second, tableVersion: 2n });
    expect(versions).toEqual({ active: 1n, waiting: [{ version: 2n, rows: 2 }] });
    expect(await ids('t')).toEqual([1, 2]);
    await loading.push({ table: 't', keyNames: [], tableVersion: 2n, messages: [{ sequence: 2n, data: undefined }] });
    expect(await ids('t')).toEqual([3, 4]);
    expect(await loading.columns('t')).toEqual(['id', 'n']);
    expect(await loading.columns('t__lines')).toEqual(['_sdc_source_key_id', '_sdc_level_0_id', 'b']);
    expect(await loading.tables()).toEqual(['_sdc_rejected', 't', 't__lines']);
  });

  it('C19: the fields that sources themselves send are let through, others of the prefix are not', async () => {
    const sent = { id: 1n, _sdc_deleted_at: timestamp('2024-05-01T00:00:00Z'), _sdc_extra: ['x'], _sdc_source_lineno: 7n };
    await loading.push(push('t', ['id'], [1n, sent], [1n, { id: 2n, _sdc_batched_at: 'mine' }], [1n, { id: 3n, _rjm_x: 1n }]));
    expect(await loading.rows('SELECT id, _sdc_deleted_at::VARCHAR AS d, _sdc_source_lineno AS n FROM shop.t')).toEqual([
      { id: 1, d: '2024-05-01 00:00:00', n: 7 },
    ]);
    expect(await loading.rows('SELECT value FROM shop.t___sdc_extra')).toEqual([{ value: 'x' }]);
    expect(await reasons()).toEqual([
      'column names from client should not start with a reserved prefix on _sdc_batched_at',
      'column names from client should not start with a reserved prefix on _rjm_x',
    ]);
  });

  it('C20: loaded rows, those of subtables among them, and superseded ones are counted apart from rejected ones', async () => {
    const outcome = await loading.push(
      push('t', ['id'], [2n, { id: 1n, tags: ['a', 'b'] }], [1n, { id: 1n, tags: ['c'] }], [1n, { id: 2n, x__st: 'no' }]),
    );
    expect(outcome.counts).toMatchObject({ received: 3, rejected: 1, superseded: 1 });
    expect(outcome.loaded).toEqual({ t: 1, t__tags: 2 });
  });

  it('C22: rows without a version load beside an active one, and go with the next activation', async () => {
    const activate = { sequence: 9n, data: undefined };
    const first = push('t', ['id'], [1n, { id: 1n }]);
    await loading.push({ ...first, tableVersion: 1n, messages: [...first.messages, activate] });
    await loading.push(push('t', ['id'], [1n, { id: 2n, tags: ['a'] }]));
    expect(await loading.rows('SELECT id, _sdc_table_version AS v FROM shop.t ORDER BY id')).toEqual([
      { id: 1, v: 1 },
      { id: 2, v: 0 },
    ]);
    const next = push('t', ['id'], [1n, { id: 3n }]);
    await loading.push({ ...next, tableVersion: 2n, messages: [...next.messages, activate] });
    expect(await ids('t')).toEqual([3]);
    expect((await loading.rows('SELECT * FROM shop.t')).length).toBe(1);
  });

  it('a table of nulls alone is made where a key has values, and nowhere else', async () => {
    await loading.push(push('keyless', [], [1n, { a: null }]));
    await loading.push(push('keyed', ['id'], [1n, { id: 1n, a: null }]));
    expect(await loading.tables()).toEqual(['_sdc_rejected', 'keyed']);
  });

  it('levels count from 0 for each parent', async () => {
    await loading.push(push('t', ['id'], [1n, { id: 1n, x: [[1n, 2n], [3n]] }], [1n, { id: 2n, x: [[4n]] }]));
    expect(
      await loading.rows(
        'SELECT _sdc_source_key_id AS id, _sdc_level_0_id AS l, _sdc_level_1_id AS m FROM shop.t__x__value ORDER BY id, l, m',
      ),
    ).toEqual([
      { id: 1, l: 0, m: 0 },
      { id: 1, l: 0, m: 1 },
      { id: 1, l: 1, m: 0 },
      { id: 2, l: 0, m: 0 },
    ]);
  });
});
