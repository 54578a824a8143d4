import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeBatch } from '../batch/decode.ts';
import type { BatchInput, RecordValue } from '../../tests/support/build-batch.ts';
import { timestamp } from '../../tests/support/build-batch.ts';
import type { Loading } from '../../tests/support/loading.ts';
import { createLoading } from '../../tests/support/loading.ts';

type Data = { readonly [key: string]: RecordValue };

let loading: Loading;
beforeEach(async () => void (loading = await createLoading()));
afterEach(() => loading.close());

/** A request with rows of a version, sequences 1, 2, 3 …; undefined stands for its activation. */
function request(tableVersion: bigint | undefined, rows: readonly (Data | undefined)[], input: Partial<BatchInput> = {}): BatchInput {
  const messages = rows.map((data, index) => ({ sequence: BigInt(index + 1), data }));
  return { table: 't', keyNames: ['id'], ...(tableVersion === undefined ? {} : { tableVersion }), messages, ...input };
}

/** An activation as push sends it: alone, without key names. */
const switchView = (version: bigint): BatchInput => request(version, [undefined], { keyNames: [] });

const ids = async (table = 't'): Promise<unknown[]> =>
  (await loading.rows(`SELECT id FROM shop."${table}" ORDER BY id`)).map(({ id }) => id);

describe('rows of a version that is not active', () => {
  it('wait, and the operator is told which version and how many', async () => {
    await loading.push(request(undefined, [{ id: 1n }]));
    expect((await loading.push(request(3n, [{ id: 2n }, { id: 3n, tags: ['a', 'b'] }]))).versions).toEqual({
      active: undefined,
      waiting: [{ version: 3n, rows: 2 }],
    });
    const { versions } = await loading.push(
      request(
        3n,
        [{ id: 3n }, { id: 4n }].map((row) => ({ ...row, late: 1n })),
      ),
    );
    expect(versions).toEqual({ active: undefined, waiting: [{ version: 3n, rows: 3 }] });
    expect((await loading.push(request(4n, [{ id: 9n }]))).versions?.waiting).toEqual([
      { version: 3n, rows: 3 },
      { version: 4n, rows: 1 },
    ]);
    expect((await loading.push(request(undefined, [{ id: 5n }]))).versions?.waiting).toHaveLength(2);
    expect([await ids(), await loading.tables()]).toEqual([
      [1, 5],
      ['_sdc_rejected', 't'],
    ]);
    expect((await loading.push(request(3n, [undefined]))).versions).toEqual({ active: 3n, waiting: [{ version: 4n, rows: 1 }] });
    expect([await ids(), await ids('t')]).toEqual([
      [2, 3, 4],
      [2, 3, 4],
    ]);
    expect((await loading.push(switchView(5n))).versions).toEqual({ active: 5n, waiting: [] });
    expect(
      await loading.rows(
        "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'waiting\\_%' ESCAPE '\\' AND table_name <> 'waiting_table'",
      ),
    ).toEqual([]);
  });

  it('are shaped among themselves: columns, splits, keys and subtables of older versions are gone at the activation', async () => {
    await loading.push(request(1n, [{ id: 1n, n: 1n, old: 'x', lines: [{ a: 1n }], tags: ['t'] }, undefined]));
    await loading.push(
      request(
        1n,
        [{ id: 1n, n: 'text' }].map((row) => ({ ...row, id: 2n })),
      ),
    );
    expect(await loading.columns('t')).toEqual(['id', 'n__bi', 'old', 'n__st']);
    await loading.push(request(2n, [{ id: 'x', k: 1n, n: 1.5, lines: [{ b: 2n }, { b: 'two' }] }], { keyNames: ['id', 'k'] }));
    await loading.push(request(2n, [{ id: 'y', k: 1n, n: 2.5 }, { id: 'x', k: 2n }, undefined], { keyNames: ['k', 'id'] }));
    expect(await loading.tables()).toEqual(['_sdc_rejected', 't', 't__lines']);
    expect(await loading.columns('t')).toEqual(['id', 'k', 'n']);
    expect(await loading.rows('SELECT id, k, n, _sdc_table_version AS v FROM shop.t ORDER BY id, k')).toEqual([
      { id: 'x', k: 1, n: 1.5, v: 2 },
      { id: 'x', k: 2, n: null, v: 2 },
      { id: 'y', k: 1, n: 2.5, v: 2 },
    ]);
    expect(await loading.columns('t__lines')).toEqual(['_sdc_source_key_id', '_sdc_source_key_k', '_sdc_level_0_id', 'b__bi', 'b__st']);
    expect(
      await loading.rows(
        "SELECT column_name AS c FROM duckdb_columns() WHERE schema_name = 'shop' AND table_name = 't' AND NOT is_nullable",
      ),
    ).toEqual([{ c: 'id' }, { c: 'k' }]);
    await expect(loading.push(request(2n, [{ id: 'z' }]))).rejects.toThrow('do not match Primary Keys');
  });

  it('are de-duplicated and replace their children among themselves alone', async () => {
    await loading.push(request(1n, [{ id: 1n, tags: ['a', 'b'] }, undefined], {}));
    const first = request(2n, [], { messages: [{ sequence: 5n, data: { id: 1n, s: 'five', tags: ['x', 'y', 'z'] } }] });
    const second = request(2n, [], {
      messages: [
        { sequence: 6n, data: { id: 1n, s: 'six', tags: ['w'] } },
        { sequence: 4n, data: { id: 1n } },
      ],
    });
    expect((await loading.push(first)).counts.superseded).toBe(0);
    expect((await loading.push(second)).counts.superseded).toBe(1);
    expect((await loading.push(first)).counts.superseded).toBe(1);
    expect(await loading.rows('SELECT value FROM shop.t__tags ORDER BY 1')).toEqual([{ value: 'a' }, { value: 'b' }]);
    await loading.push(switchView(2n));
    expect(await loading.rows('SELECT s FROM shop.t')).toEqual([{ s: 'six' }]);
    expect(await loading.rows('SELECT value FROM shop.t__tags')).toEqual([{ value: 'w' }]);
  });

  it('are dropped and counted, not rejected, when a newer version is active', async () => {
    await loading.push(request(5n, [{ id: 1n, n: 1n }, undefined]));
    const { counts, loaded } = await loading.push(request(4n, [{ id: 2n, n__st: 'refused' }, { id: 3n }, undefined]));
    expect([counts, loaded]).toEqual([{ received: 3, rejected: 0, superseded: 2, replacedSurrogates: 0 }, {}]);
    expect((await loading.push(request(-1n, [{ id: 4n }], { keyNames: [] }))).counts.superseded).toBe(1);
    expect([await ids(), await loading.rows('SELECT * FROM shop._sdc_rejected')]).toEqual([[1], []]);
  });
});

describe('an activation', () => {
  it('before the first rows makes them visible at once', async () => {
    expect((await loading.push(request(7n, [undefined]))).versions).toEqual({ active: 7n, waiting: [] });
    expect(await loading.tables()).toEqual(['_sdc_rejected']);
    await loading.push(request(7n, [{ id: 1n }]));
    expect(await ids()).toEqual([1]);
    expect((await loading.push(request(7n, [undefined, { id: 2n }]))).newVersion).toBe(false);
    expect(await ids()).toEqual([1, 2]);
  });

  it('without rows empties the table and its subtables, keeps their columns, and takes rows without a version along', async () => {
    await loading.push(request(undefined, [{ id: 1n, n: 1n, tags: ['a'] }]));
    const { newVersion, loaded } = await loading.push(switchView(1n));
    expect([newVersion, loaded]).toEqual([true, {}]);
    expect(await loading.rows('SELECT * FROM shop.t')).toEqual([]);
    expect(await loading.rows('SELECT * FROM shop.t__tags')).toEqual([]);
    expect(await loading.columns('t')).toEqual(['id', 'n']);
    await loading.push(request(1n, [{ id: 1n, n: 2n, tags: ['b'] }]));
    expect(await loading.rows('SELECT id, n FROM shop.t')).toEqual([{ id: 1, n: 2 }]);
  });

  it('of rows that were all rejected leaves an empty table and the rejects', async () => {
    await loading.push(request(1n, [{ id: 1n }, undefined]));
    await loading.push(request(2n, [{ id: 1n, n__st: 1n }, undefined]));
    expect(await ids()).toEqual([]);
    expect(await loading.rows('SELECT table_name FROM shop._sdc_rejected')).toEqual([{ table_name: 't' }]);
  });

  it('of a table that cannot have its name changes nothing of the table that has it', async () => {
    await loading.push(request(undefined, [{ id: 1n }], { table: 'T!' }));
    await loading.push(request(1n, [{ id: 2n }, undefined]));
    expect(await ids('T')).toEqual([1]);
    expect(await loading.rows('SELECT reason FROM shop._sdc_rejected')).toEqual([
      { reason: 'Table name [T] is already used by table [T!]' },
    ]);
  });

  it('stops its table while another table took the name of one of its own, and goes on when it is dropped', async () => {
    await loading.push(request(1n, [{ id: 1n, lines: [{ a: 1n }] }, undefined]));
    await loading.push(request(2n, [{ id: 2n, parts: [{ b: 1n }] }]));
    await loading.push(request(undefined, [{ id: 1n }], { table: 't__parts' }));
    const activation = loading.request(switchView(2n));
    await expect(loading.load([activation])).rejects.toThrow(
      'Version 2 of [t] cannot become visible: table name [t__parts] is used by table [t__parts]; drop or rename it.',
    );
    expect([await ids(), await loading.tables()]).toEqual([[1], ['_sdc_rejected', 't', 't__lines', 't__parts']]);
    await loading.alter('DROP TABLE shop.t__parts');
    await loading.load([activation]);
    expect([await ids(), await loading.tables()]).toEqual([[2], ['_sdc_rejected', 't', 't__parts']]);
  });

  it('stops its table while a table that is not ours has its name', async () => {
    await loading.push(request(1n, [{ id: 1n }]));
    await loading.alter('CREATE TABLE shop.t (mine INTEGER)', 'INSERT INTO shop.t VALUES (42)');
    await expect(loading.push(switchView(1n))).rejects.toThrow('table name [t] is used by a table that is not ours');
    expect(await loading.rows('SELECT * FROM shop.t')).toEqual([{ mine: 42 }]);
  });

  it('of a table without a key shows its rows with their identities', async () => {
    const keyless = (version: bigint, rows: readonly (Data | undefined)[]): BatchInput => request(version, rows, { keyNames: [] });
    await loading.push(keyless(1n, [{ m: 'old' }, undefined]));
    await loading.push(keyless(2n, [{ m: 'new', x: [1n] }]));
    await loading.push(keyless(2n, [{ m: 'new', x: [1n] }, { m: null }, undefined]));
    expect(await loading.rows('SELECT m FROM shop.t ORDER BY m NULLS LAST')).toEqual([{ m: 'new' }, { m: 'new' }, { m: null }]);
    expect(
      await loading.rows(
        'SELECT count(*) AS n FROM shop.t r JOIN shop.t__x c ON c._sdc_source_key___sdc_primary_key = r.__sdc_primary_key',
      ),
    ).toEqual([{ n: 2 }]);
  });

  it('whose acknowledgement was lost is repeated without effect, and reported as it was', async () => {
    await loading.push(request(1n, [{ id: 1n, tags: ['a'] }, undefined]));
    const batch = loading.request(request(2n, [{ id: 2n, tags: ['b'] }, { id: 2n }, undefined], { bookmarkNames: ['id'] }));
    const [first] = await loading.load([batch]);
    await loading.load([loading.request(request(undefined, [{ id: 3n }]))]);
    const before = await loading.rows('SELECT * FROM shop.t ORDER BY id');
    expect(before.map(({ id }) => id)).toEqual([2, 3]);
    const third = loading.request(request(3n, [undefined]));
    const [activation] = await loading.load([third]);
    const [repeat] = await loading.load([third]);
    expect(repeat).toEqual({ ...activation, repeated: true, startedAt: repeat?.startedAt, finishedAt: repeat?.finishedAt });
    expect(repeat).toMatchObject({ newVersion: true, versions: { active: 3n, waiting: [] } });
    expect(first).toMatchObject({ newVersion: true, bookmarks: { id: '2' }, counts: { superseded: 1 } });
    expect(await ids()).toEqual([]);
  });

  it('finds the rows that wait when the warehouse was closed in between', async () => {
    await loading.push(request(1n, [{ id: 1n, n: 1n }]));
    await loading.alter('CHECKPOINT');
    await loading.push(request(1n, [{ id: 2n, n: 'x' }, undefined]));
    expect(await loading.rows('SELECT id, n__bi, n__st FROM shop.t ORDER BY id')).toEqual([
      { id: 1, n__bi: 1, n__st: null },
      { id: 2, n__bi: null, n__st: 'x' },
    ]);
  });

  it('goes on from what is left when a user dropped tables that wait', async () => {
    await loading.push(request(1n, [{ id: 1n }, undefined]));
    await loading.push(request(2n, [{ id: 2n }]));
    const [stored] = await loading.rows('SELECT stored_name AS name FROM _thimble.waiting_table');
    await loading.alter(`DROP TABLE _thimble.${String(stored?.['name'])}`);
    expect((await loading.push(request(undefined, [{ id: 5n }]))).versions).toEqual({ active: 1n, waiting: [] });
    await loading.push(request(2n, [{ id: 3n, k: 'k' }], { keyNames: ['id', 'k'] }));
    await loading.push(switchView(2n));
    expect(await ids()).toEqual([3]);
  });
});

describe('readers', () => {
  it('see the old rows or the new ones, root and subtable alike, at every moment of activations', async () => {
    const rowsOf = (version: bigint): Data[] => Array.from({ length: 300 }, (_, id) => ({ id: BigInt(id), v: version, tags: [version] }));
    await loading.push(request(1n, [...rowsOf(1n), undefined]));
    const seen = new Set<string>();
    const end = new AbortController();
    const reading = (async () => {
      while (!end.signal.aborted) {
        const [row] = await loading.rows(
          `SELECT count(*) AS n, min(v) AS a, max(v) AS b, (SELECT count(*) FROM shop.t__tags) AS c, (SELECT min(value) FROM shop.t__tags) AS d,
             (SELECT max(value) FROM shop.t__tags) AS e FROM shop.t`,
        );
        seen.add(JSON.stringify(row));
      }
    })();
    for (let version = 2n; seen.size < 5; version += 1n) await loading.push(request(version, [...rowsOf(version), undefined]));
    end.abort();
    await reading;
    for (const row of seen) expect(row).toMatch(/^\{"n":300,"a":(\d+),"b":\1,"c":300,"d":\1,"e":\1\}$/);
  });
});

describe('a source with settings of its own', () => {
  const deleted = timestamp('2024-05-01T00:00:00Z');
  const newer = (sequence: bigint, data: Data): Partial<BatchInput> => ({ messages: [{ sequence, data }] });

  it('deletes visible rows for good, waiting ones with their activation, which forgets older deletions', async () => {
    loading.configure({ onDelete: 'hard' });
    await loading.push(request(1n, [{ id: 1n }, { id: 2n }, { id: 3n }, undefined]));
    await loading.push(request(1n, [], newer(20n, { id: 1n, _sdc_deleted_at: deleted })));
    await loading.push(request(1n, [], newer(19n, { id: 1n })));
    expect(await ids()).toEqual([2, 3]);
    await loading.push(
      request(2n, [
        { id: 2n, tags: ['a'] },
        { id: 3n, tags: ['b'] },
      ]),
    );
    const { versions } = await loading.push(request(2n, [], newer(9n, { id: 2n, tags: ['ghost'], _sdc_deleted_at: deleted })));
    expect([await ids(), versions?.waiting]).toEqual([[2, 3], [{ version: 2n, rows: 2 }]]);
    await loading.push(switchView(2n));
    expect([await ids(), await loading.rows('SELECT value FROM shop.t__tags')]).toEqual([[3], [{ value: 'b' }]]);
    expect((await loading.push(request(2n, [], newer(8n, { id: 2n })))).counts.superseded).toBe(1);
    await loading.push(request(2n, [], newer(1n, { id: 1n })));
    await loading.push(request(2n, [], newer(10n, { id: 3n, _sdc_deleted_at: deleted })));
    expect(await ids()).toEqual([1]);
  });

  it('widens the columns of waiting tables in their place, and leaves those of the visible ones alone', async () => {
    loading.configure({ schemaDrift: 'widen' });
    await loading.push(request(1n, [{ id: 1n, v: 1n, tags: [1n] }, undefined]));
    await loading.push(request(2n, [{ id: 2n, v: 2n, tags: [2n] }]));
    await loading.push(request(2n, [{ id: 3n, v: 'x', tags: [true, 7n] }]));
    expect((await loading.types('t')).filter((column) => column.startsWith('v'))).toEqual(['v BIGINT']);
    await loading.push(switchView(2n));
    expect(await loading.rows('SELECT id, v FROM shop.t ORDER BY id')).toEqual([
      { id: 2, v: '2' },
      { id: 3, v: 'x' },
    ]);
    expect(await loading.rows('SELECT value FROM shop.t__tags ORDER BY 1')).toEqual([{ value: '2' }, { value: '7' }, { value: 'true' }]);
  });

  it('rejects types that drift by the columns of the version alone, and keeps the message with its version', async () => {
    loading.configure({ schemaDrift: 'reject' });
    await loading.push(request(1n, [{ id: 1n, v: 1n }, undefined]));
    const { counts } = await loading.push(
      request(2n, [
        { id: 1n, v: 'x' },
        { id: 2n, v: 2n },
      ]),
    );
    expect(counts.rejected).toBe(1);
    await loading.push(switchView(2n));
    expect(await loading.rows('SELECT v FROM shop.t')).toEqual([{ v: 'x' }]);
    const [kept] = await loading.sink().listRejects({
      schema: 'shop',
      sourceId: 7,
      states: ['rejected'],
      wholeOnly: true,
      order: 'oldest',
      limit: 9,
      payloadBytes: 1e6,
    });
    expect(kept?.payload && decodeBatch(kept.payload)).toMatchObject({ table: 't', count: 1, tableVersion: 2n, keyNames: ['id'] });
  });
});
