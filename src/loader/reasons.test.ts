/** Every reason of loading.md §10 with what it takes with it: the column, the record or the table. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeBatch } from '../batch/decode.ts';
import { TableStoppedError } from '../sinks/errors.ts';
import type { StoredReject } from '../sinks/sink.ts';
import type { BatchInput, RecordValue } from '../../tests/support/build-batch.ts';
import { buildBatch, decimal, timestamp } from '../../tests/support/build-batch.ts';
import type { Loading } from '../../tests/support/loading.ts';
import { createLoading } from '../../tests/support/loading.ts';

type Data = { readonly [key: string]: RecordValue };

let loading: Loading;
beforeEach(async () => void (loading = await createLoading()));
afterEach(() => loading.close());

const batch = (table: string, ...records: readonly Data[]): BatchInput => ({
  table,
  keyNames: ['id'],
  messages: records.map((data, index) => ({ sequence: BigInt(index + 1), data })),
});

const stored = (): Promise<StoredReject[]> =>
  loading.sink().listRejects({
    schema: 'shop',
    sourceId: 7,
    states: ['rejected'],
    wholeOnly: false,
    order: 'oldest',
    limit: 100_000,
    payloadBytes: Infinity,
  });

const reasons = async (): Promise<string[]> => (await stored()).map(({ scope, reason }) => `${scope}: ${reason}`);
const ids = async (table: string): Promise<unknown[]> =>
  (await loading.rows(`SELECT id FROM shop."${table}" ORDER BY id`)).map(({ id }) => id);

describe('a reason that takes the record', () => {
  it.each<[string, Data, string]>([
    ['integer out of range', { v: 2n ** 64n }, 'integer out of range for DuckDB on 18446744073709551616'],
    ['decimal out of range: digits before the point', { v: decimal('1e26') }, 'decimal out of range for DuckDB on 1e26'],
    ['decimal out of range: digits after the point', { v: decimal('1e-13') }, 'decimal out of range for DuckDB on 1e-13'],
    [
      'timestamp out of range: before 4713 BC',
      { v: timestamp('-004800-01-01T00:00:00Z') },
      'timestamp out of range for DuckDB on -004800-01-01T00:00:00Z',
    ],
    ['field collision', { 'a!b': 1n, ab: 2n }, 'Field collision on ab'],
    ...['__bi', '__bo', '__de', '__do', '__it', '__st', '__ti'].map((suffix): [string, Data, string] => [
      `reserved suffix ${suffix}`,
      { [`v${suffix}`]: 1n },
      `column names from client should not include reserved datatype suffix on v${suffix}`,
    ]),
    ['reserved prefix _sdc', { _sdc_x: 1n }, 'column names from client should not start with a reserved prefix on _sdc_x'],
    ['reserved prefix _rjm', { _rjm_x: 1n }, 'column names from client should not start with a reserved prefix on _rjm_x'],
    ['too many columns', Object.fromEntries(Array.from({ length: 1600 }, (_, index) => [`f${index}`, 1n])), 'ERROR: too many columns'],
    ['a key that is an object', { id: { deep: 1n } }, 'Key column [id] has no value'],
  ])('%s', async (_, data, reason) => {
    await loading.push(batch('t', { id: 1n }, { id: 2n, ...data }, { id: 3n }));
    expect(await reasons()).toEqual([`record: ${reason}`]);
    expect(await ids('t')).toEqual([1, 3]);
    expect(await loading.columns('t')).toEqual(['id']);
  });

  it('timestamp out of range: the time of extraction', async () => {
    const late = { ...batch('t', { id: 1n }), messages: [{ sequence: 1n, data: { id: 1n }, extractedAt: 2n ** 63n - 1n }] };
    await loading.push(late);
    expect(await reasons()).toEqual([`record: timestamp out of range for DuckDB on ${2n ** 63n - 1n} microseconds since the epoch`]);
  });

  it('too many columns in a subtable takes the whole record', async () => {
    const element = Object.fromEntries(Array.from({ length: 1600 }, (_, index) => [`f${index}`, 1n]));
    await loading.push(batch('t', { id: 1n, rows: [{ f0: 1n }] }, { id: 2n, rows: [element] }));
    expect(await reasons()).toEqual(['record: ERROR: too many columns']);
    expect(await ids('t')).toEqual([1]);
    expect(await loading.columns('t__rows')).toEqual(['_sdc_source_key_id', '_sdc_level_0_id', 'f0']);
  });
});

describe('a reason that takes the column', () => {
  it.each<[string, Data, string]>([
    ['a name that is too long', { ['c'.repeat(252)]: 1n }, `Column name [${'c'.repeat(252)}] is too long for DuckDB`],
    [
      'a path that is too long',
      { ['a'.repeat(200)]: { ['b'.repeat(100)]: 1n } },
      `Column name [${'a'.repeat(200)}__${'b'.repeat(98)}…] is too long for DuckDB`,
    ],
    ['a name of nothing but other characters', { '?': 1n }, 'Column name [?] has no character that DuckDB names may have'],
  ])('%s', async (_, data, reason) => {
    await loading.push(batch('t', { id: 1n, ok: 1n, ...data }));
    expect(await reasons()).toEqual([`column: ${reason}`]);
    expect(await loading.rows('SELECT id, ok FROM shop.t')).toEqual([{ id: 1, ok: 1 }]);
    expect(await loading.columns('t')).toEqual(['id', 'ok']);
  });
});

describe('a reason that takes every record of the table', () => {
  it.each([
    ['a name that is too long', 't'.repeat(256), `Table name [${'t'.repeat(256)}] is too long for DuckDB`],
    ['a reserved prefix', '_rjm', 'table names from client should not start with a reserved prefix on _rjm'],
    ['no usable character', '½', 'Table name [½] has no character that DuckDB names may have'],
    ['the name of another table', 'KNOWN', 'Table name [known] is already used by table [known]'],
  ])('%s', async (_, table, reason) => {
    await loading.push(batch('known', { id: 1n }));
    await loading.push(batch(table, { id: 1n, x: 1n }, { id: 2n, a: [1n] }));
    expect(await reasons()).toEqual([`table: ${reason}`, `table: ${reason}`]);
    expect(await loading.tables()).toEqual(['_sdc_rejected', 'known']);
  });
});

it('other keys stop the table and reject nothing', async () => {
  await loading.push(batch('t', { id: 1n, v: 1n }));
  const failure = loading.push({ ...batch('t', { id: 2n, v: 2n }), keyNames: ['v'] });
  await expect(failure).rejects.toThrow(TableStoppedError);
  await expect(failure).rejects.toThrow('Primary Keys for table do not match Primary Keys of incoming data');
  expect(await reasons()).toEqual([]);
});

it('one bad record among 20,000 is set aside, the other 19,999 load', async () => {
  const records = Array.from({ length: 20_000 }, (_, id): Data => ({ id: BigInt(id), n: id === 12_345 ? 10n ** 30n : BigInt(id) }));
  const { counts, loaded } = await loading.push(batch('many', ...records));
  expect(counts).toMatchObject({ received: 20_000, rejected: 1 });
  expect(loaded).toEqual({ many: 19_999 });
  expect(await loading.rows('SELECT count(*) AS n, sum(id) AS ids, sum(n) AS ns FROM shop.many')).toEqual([
    { n: 19_999, ids: 199_977_655, ns: 199_977_655 },
  ]);
  expect(await loading.rows('SELECT table_name, reason, record FROM shop._sdc_rejected')).toEqual([
    { table_name: 'many', reason: `integer out of range for DuckDB on 1${'0'.repeat(30)}`, record: `{"id":12345,"n":1${'0'.repeat(30)}}` },
  ]);
});

it('a reject keeps its message as it was sent: type, keys, version, sequence and time', async () => {
  const data = {
    id: 2n,
    n: 2n ** 63n,
    price: decimal('3.10'),
    at: timestamp('2024-01-02T03:04:05.123456789+01:00'),
    f: 15,
    deep: [{ x: [null] }],
  };
  const message = { sequence: 1_795_253_001_779_869_402n, data, extractedAt: 1_704_067_200_000_001n };
  const sent: BatchInput = {
    table: 'Orders!',
    keyNames: ['id'],
    tableVersion: 0n,
    messages: [{ sequence: 1n, data: { id: 1n } }, message],
  };
  await loading.push(sent);
  const [reject] = await stored();
  expect(reject).toMatchObject({
    root: 'Orders!',
    table: 'Orders',
    sequence: message.sequence,
    rejectedAt: Date.UTC(2024, 4, 1, 10, 20, 31, 456),
  });
  expect(decodeBatch(reject?.payload ?? new Uint8Array())).toEqual(buildBatch({ ...sent, messages: [message] }));
});
