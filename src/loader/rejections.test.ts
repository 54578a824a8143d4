import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordValue } from '../../tests/support/build-batch.ts';
import { decimal, doubleText, timestamp } from '../../tests/support/build-batch.ts';
import type { Loading } from '../../tests/support/loading.ts';
import { createLoading } from '../../tests/support/loading.ts';

type Data = { readonly [key: string]: RecordValue };

let loading: Loading;
beforeEach(async () => void (loading = await createLoading()));
afterEach(() => loading.close());

/** Loads the record between two good ones, proves that both are there and it is not, and returns its reasons. */
async function reasonsOf(data: Data): Promise<unknown[]> {
  const messages = [
    { id: 1n, ok: 1n },
    { id: 2n, ...data },
    { id: 3n, ok: 3n },
  ].map((record) => ({ sequence: 1n, data: record }));
  const { counts } = await loading.push({ table: 't', keyNames: ['id'], messages });
  expect(counts).toMatchObject({ received: 3, rejected: 1 });
  expect(await loading.rows('SELECT id, ok FROM shop.t ORDER BY id')).toEqual([
    { id: 1, ok: 1 },
    { id: 3, ok: 3 },
  ]);
  expect(await loading.columns('t')).toEqual(['id', 'ok']);
  expect(await loading.tables()).toEqual(['_sdc_rejected', 't']);
  return (await loading.rows('SELECT reason FROM shop._sdc_rejected')).map(({ reason }) => reason);
}

describe('a record is set aside alone, leaving nothing behind', () => {
  it.each<[string, Data, string]>([
    ['an integer above 64 bits', { v: 2n ** 63n }, 'integer out of range for DuckDB on 9223372036854775808'],
    ['an integer below 64 bits', { v: -(2n ** 63n) - 1n }, 'integer out of range for DuckDB on -9223372036854775809'],
    ['a decimal of too many places', { v: decimal('0.1234567890123') }, 'decimal out of range for DuckDB on 0.1234567890123'],
    ['a number beyond a double', { v: doubleText('1e400') }, 'double out of range for DuckDB on 1e400'],
    [
      'a timestamp beyond the destination',
      { v: timestamp('-010000-01-01T00:00:00Z') },
      'timestamp out of range for DuckDB on -010000-01-01T00:00:00Z',
    ],
    ['U+0000 in a string', { v: 'a\u0000b' }, 'string with U+0000 not supported by DuckDB on v'],
    ['U+0000 deep inside', { v: [{ w: { x: ['fine', '\u0000'] } }] }, 'string with U+0000 not supported by DuckDB on value'],
    ['two spellings of one column', { Name: 1n, name: 2n }, 'Field collision on name'],
    ['two spellings, one of them null', { Name: null, name: 2n }, 'Field collision on name'],
    ['a path that meets a literal', { a: { b: 1n }, a__b: 2n }, 'Field collision on a__b'],
    ['two spellings of one array', { tags: [1n], Tags: [2n] }, 'Field collision on Tags'],
    ['two ways to one subtable', { a: [{ b: [1n] }], a__b: [2n] }, 'Table name collision on t__a__b'],
    ['two spellings in an element', { a: [{ x: 1n }, { x: 1n, X: 2n }] }, 'Field collision on X'],
    ['a reserved suffix', { v__ST: 1n }, 'column names from client should not include reserved datatype suffix on v__ST'],
    [
      'a reserved suffix made by a path',
      { ship: { st: 'x' } },
      'column names from client should not include reserved datatype suffix on ship__st',
    ],
    ['our prefix', { _SDC_thing: null }, 'column names from client should not start with a reserved prefix on _SDC_thing'],
    ['the other prefix', { _rjm_x: 1n }, 'column names from client should not start with a reserved prefix on _rjm_x'],
    [
      'our prefix after cleaning',
      { '1_sdc_sequence': 1n },
      'column names from client should not start with a reserved prefix on 1_sdc_sequence',
    ],
    [
      'our own key column',
      { __sdc_primary_key: 'x' },
      'column names from client should not start with a reserved prefix on __sdc_primary_key',
    ],
    [
      'our prefix in an element',
      { a: [{ _sdc_level_0_id: 9n }] },
      'column names from client should not start with a reserved prefix on _sdc_level_0_id',
    ],
    ['an array whose table name is too long', { ['n'.repeat(253)]: [1n] }, `Table name [t__${'n'.repeat(253)}] is too long for DuckDB`],
  ])('%s', async (_, data, reason) => {
    expect(await reasonsOf(data)).toEqual([reason]);
  });

  it('a table that another table has already', async () => {
    await loading.push({ table: 'a', keyNames: ['id'], messages: [{ sequence: 1n, data: { id: 1n, b: [1n] } }] });
    await loading.push({ table: 'A', keyNames: ['id'], messages: [{ sequence: 1n, data: { id: 2n } }] });
    await loading.push({ table: 'a__b', keyNames: ['id'], messages: [{ sequence: 1n, data: { id: 3n } }] });
    expect(await loading.tables()).toEqual(['_sdc_rejected', 'a', 'a__b']);
    expect(await loading.rows('SELECT reason FROM shop._sdc_rejected ORDER BY record')).toEqual([
      { reason: 'Table name [a] is already used by table [a]' },
      { reason: 'Table name [a__b] is already used by an array of table [a]' },
    ]);
    expect(await loading.rows('SELECT id FROM shop.a')).toEqual([{ id: 1 }]);
  });

  it.each([
    ['_sdc_mine', 'table names from client should not start with a reserved prefix on _sdc_mine'],
    ['!!!', 'Table name [!!!] has no character that DuckDB names may have'],
  ])('every record of a table called %s', async (table, reason) => {
    const { counts } = await loading.push({
      table,
      keyNames: [],
      messages: [
        { sequence: 1n, data: { a: 1n } },
        { sequence: 1n, data: { a: 2n } },
      ],
    });
    expect(counts.rejected).toBe(2);
    expect(await loading.rows('SELECT DISTINCT reason FROM shop._sdc_rejected')).toEqual([{ reason }]);
    expect(await loading.tables()).toEqual(['_sdc_rejected']);
  });
});

describe('a field is left out alone', () => {
  it('when nothing of its name is left after cleaning, with one row for all such fields of the record', async () => {
    await loading.push({
      table: 't',
      keyNames: ['id'],
      messages: [{ sequence: 1n, data: { id: 1n, '': 1n, '!': { deep: 1n }, '?': null } }],
    });
    expect(await loading.rows('SELECT id FROM shop.t')).toEqual([{ id: 1 }]);
    expect(await loading.columns('t')).toEqual(['id']);
    expect(await loading.rows('SELECT reason, record FROM shop._sdc_rejected')).toEqual([
      {
        reason: 'Column name [] has no character that DuckDB names may have; Column name [!] has no character that DuckDB names may have',
        record: '{"id":1,"":1,"!":{"deep":1},"?":null}',
      },
    ]);
  });

  it('but a key column that cannot be named takes its record with it', async () => {
    const long = 'k'.repeat(252);
    const { counts } = await loading.push({ table: 't', keyNames: [long], messages: [{ sequence: 1n, data: { [long]: 1n } }] });
    expect(counts.rejected).toBe(1);
    expect(await loading.rows('SELECT reason FROM shop._sdc_rejected')).toEqual([
      { reason: `Column name [${long}] is too long for DuckDB` },
    ]);
  });
});

it('lets the fields through that sources themselves send', async () => {
  const data = { id: 1n, _sdc_deleted_at: timestamp('2024-05-01T00:00:00Z'), _sdc_extra: ['x'] };
  await loading.push({ table: 't', keyNames: ['id'], messages: [{ sequence: 1n, data }] });
  expect(await loading.rows('SELECT _sdc_deleted_at::VARCHAR AS d FROM shop.t')).toEqual([{ d: '2024-05-01 00:00:00' }]);
  expect(await loading.rows('SELECT value FROM shop.t___sdc_extra')).toEqual([{ value: 'x' }]);
});

it('treats __proto__ and constructor as the ordinary names they are', async () => {
  const data = Object.fromEntries([
    ['id', 1n],
    ['__proto__', 2n],
    ['constructor', 3n],
  ]) as Data;
  await loading.push({ table: 'toString', keyNames: ['id'], messages: [{ sequence: 1n, data }] });
  expect(await loading.rows('SELECT "__proto__" AS p, "constructor" AS c FROM shop."toString"')).toEqual([{ p: 2, c: 3 }]);
});
