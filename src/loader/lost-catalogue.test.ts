import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BatchInput, RecordValue } from '../../tests/support/build-batch.ts';
import { loadingEngines } from '../../tests/support/loading-engines.ts';
import type { StartedEngine } from '../../tests/support/loading-engines.ts';
import type { Loading } from '../../tests/support/loading.ts';
import { createLoading } from '../../tests/support/loading.ts';

type Data = { readonly [key: string]: RecordValue };

describe.each(loadingEngines)('a table of $name whose owner dropped `_thimble`', ({ start }) => {
  let engine: StartedEngine;
  let loading: Loading;
  beforeAll(async () => void (engine = await start()), 60_000);
  afterAll(() => engine.stop());
  beforeEach(async () => void (loading = await createLoading(engine.open)));
  afterEach(() => loading.close());

  let sequence = 0n;
  /** Rows of a version; undefined stands for its activation. */
  function request(tableVersion: bigint | undefined, ...rows: (Data | undefined)[]): BatchInput {
    const messages = rows.map((data) => ({ sequence: (sequence += 1n), data }));
    return { table: 't', keyNames: rows.every((row) => row === undefined) ? [] : ['id'], ...(tableVersion && { tableVersion }), messages };
  }
  const forget = (): Promise<void> => loading.alter('DROP SCHEMA _thimble CASCADE');
  const read = async (): Promise<unknown[]> =>
    (await loading.rows('SELECT id, _sdc_table_version AS v FROM shop.t ORDER BY id')).map(({ id, v }) => `${String(id)} of ${String(v)}`);
  const readTags = async (): Promise<unknown[]> =>
    (await loading.rows('SELECT value FROM shop.t__tags ORDER BY 1')).map(({ value }) => value);

  it('goes on with the version that is visible, once and for all', async () => {
    await loading.push(request(5n, { id: 1n, tags: ['a', 'b'], lines: [{ taxes: [1n] }] }, { id: 2n, tags: ['c'] }, undefined));
    await forget();
    expect((await loading.push(request(5n, { id: 1n, tags: ['d'] }, { id: 3n }))).versions).toEqual({ active: 5n, waiting: [] });
    expect([await read(), await readTags()]).toEqual([
      ['1 of 5', '2 of 5', '3 of 5'],
      ['c', 'd'],
    ]);
    expect(await loading.rows('SELECT * FROM shop.t__lines__taxes')).toEqual([]);
    expect((await loading.push(request(4n, { id: 9n }))).counts.superseded).toBe(1);
    expect((await loading.push(request(6n, { id: 7n, tags: ['e'] }))).versions).toEqual({
      active: 5n,
      waiting: [{ version: 6n, rows: 1 }],
    });
    expect(await read()).toEqual(['1 of 5', '2 of 5', '3 of 5']);
    await loading.push(request(6n, undefined));
    expect([await read(), await readTags()]).toEqual([['7 of 6'], ['e']]);
    expect(await loading.tables()).toEqual(['_sdc_rejected', 't', 't__tags']);
  });

  it('shows a newer version that comes first, and drops nothing that is not its own', async () => {
    await loading.push(request(5n, { id: 1n, tags: ['a'] }, undefined));
    await loading.push({ ...request(undefined, { id: 1n, tags: ['mine'] }), table: 't__other' });
    await loading.alter('CREATE TABLE shop.t__mine (value INTEGER)');
    await forget();
    expect((await loading.push(request(6n, { id: 2n }))).versions).toEqual({ active: 5n, waiting: [{ version: 6n, rows: 1 }] });
    await loading.push(request(6n, { id: 3n }));
    await loading.push(request(6n, undefined));
    expect(await read()).toEqual(['2 of 6', '3 of 6']);
    expect(await loading.tables()).toEqual(['_sdc_rejected', 't', 't__mine', 't__other', 't__other__tags']);
  });

  it('leaves copies that the owner made of its tables alone', async () => {
    await loading.push(request(5n, { id: 1n, tags: ['a', 'b'] }, { id: 2n, tags: ['c'] }, undefined));
    await loading.alter(
      'CREATE TABLE shop.t__tags_copy AS SELECT * FROM shop.t__tags',
      'CREATE TABLE shop.t__copy AS SELECT * FROM shop.t__tags',
    );
    await forget();
    const copies = async (): Promise<unknown[]> =>
      (await loading.rows('SELECT value FROM shop.t__tags_copy UNION ALL SELECT value FROM shop.t__copy ORDER BY 1')).map(
        ({ value }) => value,
      );
    await loading.push(request(5n, { id: 1n, tags: ['d'] }));
    expect([await readTags(), await copies()]).toEqual([
      ['c', 'd'],
      ['a', 'a', 'b', 'b', 'c', 'c'],
    ]);
    await loading.push(request(6n, { id: 1n, tags: ['e'] }, undefined));
    expect([await readTags(), await copies()]).toEqual([['e'], ['a', 'a', 'b', 'b', 'c', 'c']]);
  });

  it('becomes empty with a newer version that has no rows', async () => {
    await loading.push(request(5n, { id: 1n, tags: ['a'] }, undefined));
    await loading.push(request(undefined, { id: 2n }));
    await forget();
    await loading.push(request(5n, undefined));
    expect(await read()).toEqual(['1 of 5', '2 of 0']);
    await loading.push(request(6n, undefined));
    expect([await read(), await readTags()]).toEqual([[], []]);
  });

  it('without versions takes rows as before, and a first version replaces it', async () => {
    await loading.push(request(undefined, { id: 1n, tags: ['a', 'b'] }));
    await forget();
    expect((await loading.push(request(undefined, { id: 1n, tags: ['c'] }))).versions).toBeUndefined();
    expect([await read(), await readTags()]).toEqual([['1 of 0'], ['c']]);
    await forget();
    await loading.push(request(1n, { id: 2n }, undefined));
    expect([await read(), await loading.tables()]).toEqual([['2 of 1'], ['_sdc_rejected', 't']]);
  });

  it.each([
    ['_sdc_table_version TEXT', "'mine'"],
    ['_sdc_table_version BIGINT', '3'],
    ['id BIGINT, _sdc_sequence BIGINT, _sdc_table_version BIGINT', '1, 2, 3'],
  ])('that is not ours is left alone (%s)', async (columns, values) => {
    await loading.push(request(1n, { id: 1n }));
    await loading.alter(`CREATE TABLE shop.t (${columns})`, `INSERT INTO shop.t VALUES (${values})`);
    await expect(loading.push(request(1n, undefined))).rejects.toThrow('cannot become visible');
    expect(await loading.rows('SELECT * FROM shop.t')).toHaveLength(1);
  });
});
