import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordValue } from '../../tests/support/build-batch.ts';
import { decimal, timestamp } from '../../tests/support/build-batch.ts';
import type { Loading } from '../../tests/support/loading.ts';
import { createLoading } from '../../tests/support/loading.ts';

type Data = { readonly [key: string]: RecordValue };

let loading: Loading;
let sequence: bigint;
beforeEach(async () => {
  loading = await createLoading();
  sequence = 0n;
});
afterEach(() => loading.close());

const push = (...records: readonly Data[]): Promise<unknown> =>
  loading.push({ table: 't', keyNames: ['id'], messages: records.map((data) => ({ sequence: (sequence += 1n), data })) });
const column = async (name: string): Promise<unknown[]> =>
  (await loading.rows(`SELECT ${name} AS v FROM shop.t ORDER BY id`)).map(({ v }) => v);
const types = async (): Promise<string[]> => (await loading.types('t')).filter((text) => !/^(id|_?_sdc_\w+) /.test(text));
const reasons = async (): Promise<unknown[]> =>
  (await loading.rows('SELECT reason FROM shop._sdc_rejected ORDER BY record')).map(({ reason }) => reason);

describe('a source whose columns widen', () => {
  beforeEach(() => loading.configure({ schemaDrift: 'widen' }));

  it('keeps one column for a field of many types, without loss', async () => {
    await push({ id: 1n, cost: 3.14 }, { id: 2n, cost: 10n }, { id: 3n, cost: 'n/a' }, { id: 4n, cost: null });
    expect(await types()).toEqual(['cost VARCHAR']);
    expect(await column('cost')).toEqual(['3.14', '10', 'n/a', null]);
  });

  it.each<[string, RecordValue, RecordValue, string, unknown[]]>([
    ['integer, then decimal', 2n ** 62n, decimal('0.5'), 'v DECIMAL(38,12)', ['4611686018427387904.000000000000', '0.500000000000']],
    ['decimal, then integer', decimal('0.5'), 2n ** 62n, 'v DECIMAL(38,12)', ['0.500000000000', '4611686018427387904.000000000000']],
    ['decimal, then double', decimal('3.10'), 0.25, 'v VARCHAR', ['3.1', '0.25']],
    ['integer, then double', 2n ** 63n - 1n, 0.25, 'v VARCHAR', ['9223372036854775807', '0.25']],
    ['boolean, then integer', true, 1n, 'v VARCHAR', ['true', '1']],
    ['date, then text', timestamp('2024-01-02T03:04:05.5Z'), 'x', 'v VARCHAR', ['2024-01-02 03:04:05.5', 'x']],
  ])('widens in place: %s', async (_, first, second, type, values) => {
    await push({ id: 1n, v: first });
    await push({ id: 2n, v: second });
    expect(await types()).toEqual([type]);
    expect(await column('v::VARCHAR')).toEqual(values);
  });

  it('widens elements of arrays, nested fields, and several fields of one load', async () => {
    await push({ id: 1n, a: { b: 1n }, tags: [1n, 'x'], late: 1n });
    await push({ id: 2n, a: { b: true }, tags: [2n], late: 'y', fresh: 0.5 });
    expect(await types()).toEqual(['a__b VARCHAR', 'late VARCHAR', 'fresh DOUBLE']);
    expect(await loading.rows('SELECT value FROM shop.t__tags ORDER BY _sdc_source_key_id, _sdc_level_0_id')).toEqual([
      { value: '1' },
      { value: 'x' },
      { value: '2' },
    ]);
  });

  it('never widens a key: another type stops the table', async () => {
    await push({ id: 1n });
    await expect(push({ id: 'two' })).rejects.toThrow('Primary Keys for table do not match Primary Keys of incoming data');
    expect((await loading.types('t'))[0]).toBe('id BIGINT');
  });

  it('takes room for one column only, and gives it back with a record that is set aside', async () => {
    const wide = Object.fromEntries(Array.from({ length: 1592 }, (_, index) => [`f${index}`, 1n]));
    await push(
      { id: 1n, ...wide },
      { id: 2n, f0: 'text' },
      { id: 3n, g: 1n, x__st: 1n },
      { id: 4n, h: 1n },
      { id: 5n, h: true },
      { id: 6n, i: 1n },
    );
    expect(await reasons()).toEqual([
      'column names from client should not include reserved datatype suffix on x__st',
      'ERROR: too many columns',
    ]);
    expect(await column('h')).toEqual([null, null, '1', 'true']);
  });

  it('leaves a field split that was split before, and widens the others', async () => {
    loading.configure({ schemaDrift: 'split' });
    await push({ id: 1n, a: 1n, b: 1n }, { id: 2n, a: 'x' });
    loading.configure({ schemaDrift: 'widen' });
    await push({ id: 3n, a: true, b: 'y' });
    expect(await types()).toEqual(['a__bi BIGINT', 'b VARCHAR', 'a__st VARCHAR', 'a__bo BOOLEAN']);
    expect(await column('b')).toEqual(['1', null, 'y']);
    loading.configure({ schemaDrift: 'split' });
    await push({ id: 4n, b: 2n });
    expect(await types()).toEqual(['a__bi BIGINT', 'b__st VARCHAR', 'a__st VARCHAR', 'a__bo BOOLEAN', 'b__bi BIGINT']);
  });

  it('stops at a column of the owner whose type it does not know', async () => {
    await push({ id: 1n });
    await loading.alter('ALTER TABLE shop.t ADD COLUMN mine INTERVAL');
    await expect(push({ id: 2n, mine: 1n })).rejects.toThrow('Column [mine] of table t has a type that Thimble does not load into');
  });
});

describe('a source that rejects drift', () => {
  beforeEach(() => loading.configure({ schemaDrift: 'reject' }));

  it('sets aside records of another type than the first, alone', async () => {
    await push({ id: 1n, v: 1n }, { id: 2n, v: 'x' }, { id: 3n, v: 2n }, { id: 4n, v: null });
    await push({ id: 5n, v: 0.5 });
    expect(await types()).toEqual(['v BIGINT']);
    expect(await column('v')).toEqual([1, 2, null]);
    expect(await reasons()).toEqual([
      'Type string does not fit column [v] of type bigint, and schema_drift is reject',
      'Type double does not fit column [v] of type bigint, and schema_drift is reject',
    ]);
  });

  it('lets a record that is set aside decide no type', async () => {
    await push({ id: 1n, v: 'x', n: 2n ** 64n }, { id: 2n, v: 1n });
    expect(await types()).toEqual(['v BIGINT']);
  });

  it('sets aside a record whose own array mixes types, and one whose key has another type', async () => {
    await push({ id: 1n, tags: [1n] }, { id: 2n, tags: ['x'] }, { id: 'three' });
    await push({ id: 'four' }, { id: 5n, more: [1n, 'x'] });
    expect(await column('id')).toEqual([1]);
    expect(await reasons()).toEqual([
      'Type string does not fit column [id] of type bigint, and schema_drift is reject',
      'Type string does not fit column [id] of type bigint, and schema_drift is reject',
      'Type string does not fit column [value] of type bigint, and schema_drift is reject',
      'Type string does not fit column [value] of type bigint, and schema_drift is reject',
    ]);
    expect(await loading.tables()).toEqual(['_sdc_rejected', 't', 't__tags']);
  });

  it('accepts the types of a field that was split before, and no other', async () => {
    loading.configure({ schemaDrift: 'split' });
    await push({ id: 1n, a: 1n }, { id: 2n, a: 'x' });
    loading.configure({ schemaDrift: 'reject' });
    await push({ id: 3n, a: 2n }, { id: 4n, a: 'y' }, { id: 5n, a: true });
    expect(await types()).toEqual(['a__bi BIGINT', 'a__st VARCHAR']);
    expect(await column('coalesce(a__bi::VARCHAR, a__st)')).toEqual(['1', 'x', '2', 'y']);
    expect(await reasons()).toEqual(['Type boolean does not fit column [a] of type bigint, and schema_drift is reject']);
  });
});

describe('a source whose deletes are hard', () => {
  const deleted = timestamp('2024-05-01T00:00:00Z');
  beforeEach(() => loading.configure({ onDelete: 'hard' }));

  it('loses the row and its children, within a load and between loads', async () => {
    await push({ id: 1n, tags: ['a'] }, { id: 2n, tags: ['b'] }, { id: 3n }, { id: 3n, _sdc_deleted_at: deleted });
    expect(await column('id')).toEqual([1, 2]);
    await push({ id: 1n, _sdc_deleted_at: deleted, tags: ['ghost'] }, { id: 2n, _sdc_deleted_at: null, tags: ['B'] });
    expect(await column('id')).toEqual([2]);
    expect(await loading.rows('SELECT value FROM shop.t__tags')).toEqual([{ value: 'B' }]);
  });

  it('is not brought back by an older record, and is by a newer one', async () => {
    await push({ id: 1n }, { id: 2n });
    sequence = 10n;
    await push({ id: 1n, _sdc_deleted_at: deleted });
    sequence = 5n;
    await push({ id: 1n, late: 1n });
    expect(await column('id')).toEqual([2]);
    sequence = 20n;
    await push({ id: 1n, late: 1n });
    expect(await column('id')).toEqual([1, 2]);
  });

  it('is deleted by a mark of any type, as a push without a schema sends it', async () => {
    await push({ id: 1n }, { id: 2n });
    await push({ id: 1n, _sdc_deleted_at: '2024-05-01T00:00:00Z' });
    expect(await column('id')).toEqual([2]);
  });

  it('keeps the rows of tables without a key, where no row can be told from another', async () => {
    await loading.push({ table: 'log', keyNames: [], messages: [{ sequence: 1n, data: { m: 1n, _sdc_deleted_at: deleted } }] });
    expect(await loading.rows('SELECT m FROM shop.log')).toEqual([{ m: 1 }]);
  });

  it('E14: keeps the row with its mark where deletes are soft', async () => {
    loading.configure({ onDelete: 'soft' });
    await push({ id: 2n, name: 'J' });
    await push({ id: 2n, _sdc_deleted_at: deleted });
    expect(await loading.rows('SELECT id, name, _sdc_deleted_at::VARCHAR AS d FROM shop.t')).toEqual([
      { id: 2, name: null, d: '2024-05-01 00:00:00' },
    ]);
  });
});
