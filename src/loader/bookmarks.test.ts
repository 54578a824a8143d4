import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordValue } from '../../tests/support/build-batch.ts';
import { decimal, doubleText, timestamp } from '../../tests/support/build-batch.ts';
import type { Loading } from '../../tests/support/loading.ts';
import { createLoading } from '../../tests/support/loading.ts';

let loading: Loading;
beforeEach(async () => void (loading = await createLoading()));
afterEach(() => loading.close());

/** The bookmarks of a load of rows with these values of `at`, keys and sequences 1, 2, 3 … */
async function bookmarksOf(values: readonly RecordValue[], bookmarkNames: readonly string[] = ['at']): Promise<unknown> {
  const messages = values.map((at, index) => ({ sequence: BigInt(index + 1), data: { id: BigInt(index + 1), at } }));
  return (await loading.push({ table: 't', keyNames: ['id'], bookmarkNames, messages })).bookmarks;
}

describe('a bookmark', () => {
  it.each<[string, RecordValue[], string]>([
    ['integers', [5n, -(2n ** 63n), 1795253001779869402n, 1795253001779869401n], '1795253001779869402'],
    ['negative integers', [-5n, -2n, -3n], '-2'],
    ['doubles', [1.5, 15, -3.25], '15.0'],
    ['doubles of many digits', [0.1, doubleText('0.1234567890123456789')], '0.1234567890123456789'],
    ['decimals', [decimal('9.5'), decimal('10.50'), decimal('-11')], '10.50'],
    ['strings', ['2024-01-02', '2024-01-10', '2023-12-31', ''], '2024-01-10'],
    ['strings by their bytes', ['\u{10000}', '\uFFFF', 'z'], '\u{10000}'],
    [
      'moments, whatever their offset',
      [timestamp('2024-01-01T00:00:00Z'), timestamp('2024-01-01T00:30:00.5+01:00')],
      '2024-01-01T00:00:00Z',
    ],
    ['moments before 1970', [timestamp('1969-12-31T23:59:59.1Z'), timestamp('1900-01-01T00:00:00Z')], '1969-12-31T23:59:59.1Z'],
    ['booleans', [false, true], 'true'],
    ['values beside nulls', [null, 3n, null], '3'],
    ['values of several types: of the type that came last', ['zzz', 1n, 7n], '7'],
  ])('is the greatest of %s, as it was sent', async (_, values, greatest) => {
    expect(await bookmarksOf(values)).toEqual({ at: greatest });
  });

  it('is absent without a value, without such a field, and for what has no order', async () => {
    expect(await bookmarksOf([null, null], ['at', 'none', '!', '__proto__'])).toEqual({});
    expect(await bookmarksOf([[1n], { a: 2n }])).toEqual({});
    expect(await bookmarksOf(['x'.repeat(5000)])).toEqual({});
  });

  it('counts rows that load alone: neither rejected ones nor those of a key that lost', async () => {
    const { bookmarks } = await loading.push({
      table: 't',
      keyNames: ['id'],
      bookmarkNames: ['at', 'id'],
      messages: [
        { sequence: 1n, data: { id: 1n, at: 9n } },
        { sequence: 2n, data: { id: 1n, at: 4n } },
        { sequence: 3n, data: { id: 2n, at: 3n } },
        { sequence: 4n, data: { id: 3n, at: 8n, at__st: 'x' } },
      ],
    });
    expect(bookmarks).toEqual({ at: '4', id: '2' });
  });

  it('is that of all requests of a window, those with an activation among their messages too', async () => {
    const outcomes = await loading.load(
      [3n, 7n, 5n].map((at, index) =>
        loading.request({
          table: 't',
          keyNames: ['id'],
          tableVersion: 2n,
          bookmarkNames: ['at'],
          messages: [
            ...(index === 2 ? [{ sequence: 1n, data: undefined }] : []),
            { sequence: 1n, data: { id: at, at: 0n } },
            { sequence: 1n, data: { id: at + 1n, at } },
          ],
        }),
      ),
    );
    expect(outcomes).toMatchObject([{ bookmarks: { at: '7' }, newVersion: true }]);
    expect(await loading.rows('SELECT count(*) AS n FROM shop.t')).toEqual([{ n: 6 }]);
  });

  it('comes with its least value, the root table and the version, for hooks', async () => {
    const push = (version?: bigint) => ({
      table: 'T x',
      keyNames: ['id'],
      bookmarkNames: ['at'],
      ...(version === undefined ? {} : { tableVersion: version }),
      messages: [
        { sequence: 1n, data: { id: 1n, at: 5n } },
        { sequence: 2n, data: { id: 2n, at: -3n } },
        { sequence: 3n, data: { id: 2n, at: 4n } },
      ],
    });
    const { facts, batchedAt, startedAt, finishedAt } = await loading.push(push());
    expect(facts).toMatchObject({ version: '0', leastBookmarks: { at: '4' }, maxTimeExtracted: null });
    expect(await loading.rows(`SELECT count(*) AS n FROM shop."${facts?.table}"`)).toEqual([{ n: 2 }]);
    expect(startedAt <= batchedAt && batchedAt <= finishedAt).toBe(true);
    expect((await loading.push(push(9n))).facts).toMatchObject({ version: '9', table: facts?.table });
  });

  it('names sixteen at most', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `f${index}`);
    const data = { id: 1n, ...Object.fromEntries(names.map((name) => [name, 1n])) };
    const { bookmarks } = await loading.push({ table: 't', keyNames: ['id'], bookmarkNames: names, messages: [{ sequence: 1n, data }] });
    expect(Object.keys(bookmarks)).toEqual(names.slice(0, 16));
  });
});
