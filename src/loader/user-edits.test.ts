import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordValue } from '../../tests/support/build-batch.ts';
import { TableStoppedError } from '../sinks/errors.ts';
import type { Loading } from '../../tests/support/loading.ts';
import { createLoading } from '../../tests/support/loading.ts';

let loading: Loading;
beforeEach(async () => {
  loading = await createLoading();
  await push(1n, { id: 1n, name: 'Ann', tags: ['a'] });
});
afterEach(() => loading.close());

async function push(sequence: bigint, data: { readonly [key: string]: RecordValue }): Promise<void> {
  await loading.push({ table: 't', keyNames: ['id'], messages: [{ sequence, data }] });
}

describe('what the owner changes in the warehouse (loading.md §3.2)', () => {
  it('a dropped table is made again', async () => {
    await loading.alter('DROP TABLE shop.t');
    await push(2n, { id: 2n, name: 'Bo' });
    expect(await loading.rows('SELECT id, name FROM shop.t')).toEqual([{ id: 2, name: 'Bo' }]);
  });

  it('a dropped schema is made again', async () => {
    await loading.alter('DROP SCHEMA shop CASCADE');
    await push(2n, { id: 2n, tags: ['b'], x__st: 1n });
    await push(3n, { id: 3n, tags: ['c'] });
    expect(await loading.tables()).toEqual(['_sdc_rejected', 't', 't__tags']);
  });

  it('a dropped _thimble schema loses no later load', async () => {
    await loading.alter('DROP SCHEMA _thimble CASCADE');
    await push(2n, { id: 2n, name: 'Bo' });
    expect(await loading.rows('SELECT count(*) AS n FROM shop.t')).toEqual([{ n: 2 }]);
  });

  it('tables for rejects and deletions, which an earlier release lacked, are made and leave ledger and keys as they are', async () => {
    await loading.alter('DROP TABLE _thimble.reject', 'DROP TABLE _thimble.tombstone');
    const query = { schema: 'shop', sourceId: 7, states: ['rejected'], wholeOnly: false, order: 'oldest', limit: 9 } as const;
    expect(await loading.sink().listRejects(query)).toEqual([]);
    loading.configure({ onDelete: 'hard' });
    await push(2n, { id: 1n, name: 'Bo' });
    await push(3n, { id: 2n, x__st: 1n });
    await push(4n, { id: 3n, _sdc_deleted_at: 'now' });
    await push(3n, { id: 3n });
    expect(await loading.rows('SELECT id, name FROM shop.t')).toEqual([{ id: 1, name: 'Bo' }]);
    expect(await loading.sink().listRejects(query)).toHaveLength(1);
    expect(await loading.rows('SELECT count(*) AS n FROM _thimble.ledger')).toEqual([{ n: 1 }]);
  });

  it('a dropped ordinary column is made again', async () => {
    await loading.alter('ALTER TABLE shop.t DROP COLUMN name');
    await push(2n, { id: 2n, name: 'Bo' });
    expect(await loading.rows('SELECT id, name FROM shop.t ORDER BY id')).toEqual([
      { id: 1, name: null },
      { id: 2, name: 'Bo' },
    ]);
  });

  it('an added nullable column is left alone', async () => {
    await loading.alter('ALTER TABLE shop.t ADD COLUMN mine INTERVAL');
    await push(2n, { id: 2n, name: 'Bo' });
    expect(await loading.rows('SELECT count(*) AS n FROM shop.t WHERE mine IS NULL')).toEqual([{ n: 2 }]);
  });

  it.each([
    ['a dropped system column', ['ALTER TABLE shop.t DROP COLUMN _sdc_sequence'], '_sdc_sequence'],
    ['a system column of another type', ['ALTER TABLE shop.t ALTER _sdc_table_version TYPE VARCHAR'], '_sdc_table_version'],
    ['a dropped key column', ['ALTER TABLE shop.t DROP COLUMN id'], 'do not match Primary Keys'],
    [
      'an added NOT NULL column',
      ['ALTER TABLE shop.t ADD COLUMN mine INTEGER DEFAULT 1', 'ALTER TABLE shop.t ALTER mine SET NOT NULL'],
      'NOT NULL',
    ],
    [
      'a field whose column cannot take values',
      ['ALTER TABLE shop.t DROP COLUMN name', 'ALTER TABLE shop.t ADD COLUMN name INTERVAL'],
      '[name]',
    ],
    ['a table of the owner in the place of ours', ['DROP TABLE shop.t', 'CREATE TABLE shop.t (id BIGINT)'], '_sdc_received_at'],
  ])('%s stops the table', async (_, statements, message) => {
    await loading.alter(...statements);
    const failure = push(2n, { id: 2n, name: 'Bo' });
    await expect(failure).rejects.toThrow(TableStoppedError);
    await expect(failure).rejects.toThrow(message);
  });
});

describe('key columns', () => {
  it('never split: another type stops the table', async () => {
    await expect(push(2n, { id: 'two' })).rejects.toThrow('Primary Keys for table do not match Primary Keys of incoming data');
    expect(await loading.columns('t')).toEqual(['id', 'name']);
  });

  it('may be named in another order', async () => {
    const messages = [{ sequence: 1n, data: { a: 1n, b: 2n } }];
    await loading.push({ table: 'two', keyNames: ['a', 'b'], messages });
    await loading.push({ table: 'two', keyNames: ['b', 'a'], messages: [{ sequence: 2n, data: { b: 2n, a: 1n } }] });
    expect(await loading.rows('SELECT a, b, _sdc_sequence AS q FROM shop.two')).toEqual([{ a: 1, b: 2, q: 2 }]);
  });

  it('may not disappear, nor appear', async () => {
    await expect(loading.push({ table: 't', keyNames: [], messages: [{ sequence: 1n, data: { id: 1n } }] })).rejects.toThrow(
      TableStoppedError,
    );
    await loading.push({ table: 'log', keyNames: [], messages: [{ sequence: 1n, data: { id: 1n } }] });
    await expect(loading.push({ table: 'log', keyNames: ['id'], messages: [{ sequence: 1n, data: { id: 1n } }] })).rejects.toThrow(
      TableStoppedError,
    );
  });
});
