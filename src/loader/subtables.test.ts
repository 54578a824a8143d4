import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Loading } from '../../tests/support/loading.ts';
import { createLoading } from '../../tests/support/loading.ts';

let loading: Loading;
beforeEach(async () => void (loading = await createLoading()));
afterEach(() => loading.close());

it('loads a large subtable in parts, each row with its place in the arrays', async () => {
  const lines = Array.from({ length: 3000 }, (_, index) => ({ [`f${index % 20}`]: BigInt(index), sub: [BigInt(index), BigInt(-index)] }));
  const messages = [
    { sequence: 1n, data: { id: 1n, lines: [{ f0: 1n, sub: [1n] }] } },
    { sequence: 2n, data: { id: 1n, lines } },
    { sequence: 2n, data: { id: 2n, lines: lines.slice(0, 10) } },
  ];
  const [outcome] = await loading.load([loading.request({ table: 't', keyNames: ['id'], messages })], { limits: { partBytes: 1 } });
  expect(outcome?.loaded).toEqual({ t: 2, t__lines: 3010, t__lines__sub: 6020 });
  const wrong = `SELECT count(*) AS n FROM shop.t__lines__sub WHERE value <> CASE _sdc_level_1_id WHEN 0 THEN _sdc_level_0_id ELSE -_sdc_level_0_id END`;
  expect(await loading.rows(wrong)).toEqual([{ n: 0 }]);
  const check =
    'SELECT _sdc_source_key_id AS id, count(DISTINCT _sdc_level_0_id) AS places, sum(f7)::BIGINT AS f7, min(_sdc_sequence) AS q FROM shop.t__lines GROUP BY 1 ORDER BY 1';
  expect(await loading.rows(check)).toEqual([
    { id: 1, places: 3000, f7: Array.from({ length: 150 }, (_, index) => 7 + 20 * index).reduce((sum, value) => sum + value), q: 2 },
    { id: 2, places: 10, f7: 7, q: 2 },
  ]);
});

it('keeps a row for a null element, so that indexes stay aligned', async () => {
  await loading.push({
    table: 't',
    keyNames: ['id'],
    messages: [{ sequence: 1n, data: { id: 1n, tags: ['a', null, 'c'], nested: [null, [1n]] } }],
  });
  expect(await loading.rows('SELECT _sdc_level_0_id AS l, value FROM shop.t__tags ORDER BY l')).toEqual([
    { l: 0, value: 'a' },
    { l: 1, value: null },
    { l: 2, value: 'c' },
  ]);
  expect(await loading.rows('SELECT _sdc_level_0_id AS l, _sdc_level_1_id AS m, value FROM shop.t__nested__value')).toEqual([
    { l: 1, m: 0, value: 1 },
  ]);
});

it('splits the scalars of one array by type, and keeps scalars, objects and arrays of one name apart', async () => {
  await loading.push({
    table: 't',
    keyNames: ['id'],
    messages: [
      { sequence: 1n, data: { id: 1n, x: ['a', 1n, { y: true }] } },
      { sequence: 1n, data: { id: 2n, x: 'scalar' } },
      { sequence: 1n, data: { id: 3n, x: { y: 'object' } } },
    ],
  });
  expect(await loading.rows('SELECT id, x, x__y FROM shop.t ORDER BY id')).toEqual([
    { id: 1, x: null, x__y: null },
    { id: 2, x: 'scalar', x__y: null },
    { id: 3, x: null, x__y: 'object' },
  ]);
  expect(await loading.rows('SELECT value__st, value__bi, y FROM shop.t__x ORDER BY _sdc_level_0_id')).toEqual([
    { value__st: 'a', value__bi: null, y: null },
    { value__st: null, value__bi: 1, y: null },
    { value__st: null, value__bi: null, y: true },
  ]);
});

it('refuses a record whose keys would make more tables than one table may have', async () => {
  const byUser = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`u${index}`, [1n]]));
  const { counts } = await loading.push({
    table: 't',
    keyNames: ['id'],
    messages: [
      { sequence: 1n, data: { id: 1n, byUser } },
      { sequence: 1n, data: { id: 2n } },
    ],
  });
  expect(counts.rejected).toBe(1);
  expect(await loading.tables()).toEqual(['_sdc_rejected', 't']);
  expect(await loading.rows('SELECT reason FROM shop._sdc_rejected')).toEqual([
    { reason: 'too many arrays with names of their own, on t__byUser__u1000' },
  ]);
});
