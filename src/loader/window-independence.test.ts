import { afterEach, expect, it } from 'vitest';
import type { LoadingSettings } from '../domain/source/loading-settings.ts';
import type { BatchInput, MessageInput, RecordValue } from '../../tests/support/build-batch.ts';
import { decimal, doubleText, timestamp } from '../../tests/support/build-batch.ts';
import { createRandom } from '../../tests/support/random.ts';
import type { Loading, Row } from '../../tests/support/loading.ts';
import { createLoading } from '../../tests/support/loading.ts';

let open: Loading[] = [];
afterEach(async () => {
  await Promise.all(open.map((loading) => loading.close()));
  open = [];
});

/** Everything in the source's schema, comparable: column order and load times are not part of it. */
async function dump(loading: Loading): Promise<Record<string, { types: string[]; rows: string[] }>> {
  const tables: Record<string, { types: string[]; rows: string[] }> = {};
  for (const table of await loading.tables()) {
    const rows = await loading.rows(`SELECT * FROM shop."${table}"`);
    tables[table] = { types: (await loading.types(table)).toSorted(), rows: rows.map(comparable).toSorted() };
  }
  return tables;
}

function comparable(row: Row): string {
  return JSON.stringify(
    Object.entries(row)
      .filter(([name]) => name !== '_sdc_batched_at' && name !== '_sdc_rejected_at')
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

async function loadAs(requests: readonly BatchInput[], size: number, settings: Partial<LoadingSettings>): ReturnType<typeof dump> {
  const loading = await createLoading(settings);
  open.push(loading);
  await loading.load(
    requests.map((request) => loading.request(request)),
    { size },
  );
  return dump(loading);
}

async function expectSameTables(requests: readonly BatchInput[], settings: Partial<LoadingSettings> = {}): ReturnType<typeof dump> {
  const whole = await loadAs(requests, Infinity, settings);
  expect(await loadAs(requests, 1, settings)).toEqual(whole);
  expect(await loadAs(requests, 7, settings)).toEqual(whole);
  return whole;
}

/** Records that mix types, spellings, nulls, nested values, rejects, equal sequences and few keys. */
function randomRequests(seed: number, keyNames: readonly string[]): BatchInput[] {
  const random = createRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T; // from is never empty
  const scalar = (): RecordValue =>
    pick<() => RecordValue>([
      () => null,
      () => BigInt(Math.floor(random() * 5)),
      () => random(),
      () => `text ${Math.floor(random() * 4)}`,
      () => random() < 0.5,
      () => decimal('1.50'),
      () => timestamp('2024-01-02T03:04:05.678Z'),
      () => doubleText('0.1000000000000000055511151231257827'),
      () => 99999999999999999999n,
    ])();
  const mostlyOne = (): RecordValue => (random() < 0.95 ? BigInt(Math.floor(random() * 100)) : scalar());
  const value = (depth: number): RecordValue => {
    const kind = random();
    if (depth < 3 && kind < 0.15) return Array.from({ length: Math.floor(random() * 3) }, () => value(depth + 1));
    if (depth < 3 && kind < 0.3) return record(depth + 1);
    return kind < 0.8 ? mostlyOne() : scalar();
  };
  const names = [
    'n',
    'N',
    'name',
    'Name',
    'price',
    'a b',
    'tags',
    'Lines',
    'lines',
    'x',
    'y!',
    'y',
    '9y',
    'x__st',
    '_sdc_deleted_at',
    '_sdc_no',
    '!',
    'lines__x',
    'w',
  ];
  const record = (depth: number): { [key: string]: RecordValue } => {
    const weights = names.map((name) => (['x__st', '_sdc_no', 'N', 'Name', 'Lines', '9y', 'y!'].includes(name) ? 0.01 : 0.3));
    return Object.fromEntries(names.filter((_, index) => random() < (weights[index] ?? 0)).map((name) => [name, value(depth)]));
  };
  const message = (): MessageInput => {
    const keys = Object.fromEntries(keyNames.map((name) => [name, BigInt(Math.floor(random() * 12))]));
    return { sequence: BigInt(Math.floor(random() * 6)), data: { ...keys, ...record(0) } };
  };
  return Array.from({ length: 24 }, () => ({
    table: 'mixed',
    keyNames,
    messages: Array.from({ length: 1 + Math.floor(random() * 6) }, message),
  }));
}

it.each([1, 2, 3])('gives the same keyed tables in windows of 1, 7 and all requests (seed %i)', async (seed) => {
  const tables = await expectSameTables(randomRequests(seed, ['id']));
  expect(Object.keys(tables).length).toBeGreaterThan(3);
  expect(tables['mixed']?.rows.length).toBe(12);
  expect(tables['_sdc_rejected']?.rows.length).toBeGreaterThan(0);
});

it.each([4, 5])('gives the same append-only tables in windows of 1, 7 and all requests (seed %i)', async (seed) => {
  const tables = await expectSameTables(randomRequests(seed, []));
  expect(tables['mixed']?.rows.length).toBeGreaterThan(20);
});

it.each([6, 8])('widens to the same columns and texts in windows of 1, 7 and all requests (seed %i)', async (seed) => {
  const tables = await expectSameTables(randomRequests(seed, ['id']), { schemaDrift: 'widen' });
  expect(tables['mixed']?.types.filter((column) => /__(bi|do|de|bo|ti|st) /.test(column))).toEqual([]);
  expect(tables['mixed']?.types.filter((column) => column.endsWith('VARCHAR')).length).toBeGreaterThan(2);
  expect(tables['mixed']?.rows.length).toBe(12);
});

it.each([9])('rejects the same records of other types in windows of 1, 7 and all requests (seed %i)', async (seed) => {
  const tables = await expectSameTables(randomRequests(seed, ['id']), { schemaDrift: 'reject' });
  expect(tables['mixed']?.types.filter((column) => /__(bi|do|de|bo|ti|st) /.test(column))).toEqual([]);
  expect(tables['_sdc_rejected']?.rows.filter((row) => row.includes('schema_drift is reject')).length).toBeGreaterThan(5);
});

it.each([12, 13])('deletes the same rows in windows of 1, 7 and all requests (seed %i)', async (seed) => {
  const requests = randomRequests(seed, ['id']);
  const kept = await loadAs(requests, Infinity, { onDelete: 'soft' });
  const tables = await expectSameTables(requests, { onDelete: 'hard' });
  const marked = kept['mixed']?.rows.filter((row) => /"_sdc_deleted_at(__..)?",[^n]/.test(row)).length ?? 0;
  expect(marked).toBeGreaterThan(0);
  expect(tables['mixed']?.rows.length).toBe(12 - marked);
});

it('starts a keyless table at its first value, whatever else is in the window', async () => {
  const record = (data: BatchInput['messages'][number]['data']): BatchInput => ({
    table: 'late',
    keyNames: [],
    messages: [{ sequence: 1n, data }],
  });
  const tables = await expectSameTables([record({ a: null }), record({}), record({ a: 1n }), record({ a: null })]);
  expect(tables['late']?.rows.length).toBe(2);
});

it('spells subtables as the first accepted record does, and names the same reason for a name in use', async () => {
  const request = (id: bigint, data: BatchInput['messages'][number]['data']): BatchInput => ({
    table: 't',
    keyNames: ['id'],
    messages: [{ sequence: 1n, data: { id, ...data } }],
  });
  const tables = await expectSameTables([
    request(1n, { Lines: [{ Deep: [1n] }], bad__st: 1n }),
    request(2n, { lines: [{ deep: [1n] }] }),
    request(3n, { lines__DEEP: [1n] }),
  ]);
  expect(Object.keys(tables)).toEqual(['_sdc_rejected', 't', 't__lines', 't__lines__deep']);
  expect(tables['_sdc_rejected']?.rows.join()).toContain('Table name [t__lines__deep] is already used by an array of table [t]');
});

it('fills the last free columns in the order of arrival and rejects what comes after', async () => {
  const fields = (from: number, count: number): { [key: string]: RecordValue } =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${from + index}`, 1n]));
  const wide = (id: number, from: number, count: number): BatchInput => ({
    table: 'wide',
    keyNames: ['id'],
    messages: [{ sequence: 1n, data: { id: BigInt(id), ...fields(from, count) } }],
  });
  const requests = [wide(0, 0, 1588), ...Array.from({ length: 9 }, (_, index) => wide(index + 1, 1588 + index, 1)), wide(99, 0, 1)];
  const tables = await expectSameTables(requests);
  expect(tables['wide']?.rows.length).toBe(7);
  expect(tables['_sdc_rejected']?.rows.length).toBe(4);
  expect(tables['_sdc_rejected']?.rows[0]).toContain('ERROR: too many columns');
});

it('ends a window before a batch whose rows and the columns of another would fill far more places than either', async () => {
  const loading = await createLoading();
  open.push(loading);
  const columns = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`f${index}`, 1n]));
  const wide: BatchInput = { table: 't', keyNames: ['id'], messages: [{ sequence: 1n, data: { id: 0n, ...columns } }] };
  const long: BatchInput = {
    table: 't',
    keyNames: ['id'],
    messages: Array.from({ length: 100 }, (_, row) => ({ sequence: 1n, data: { id: BigInt(row + 1) } })),
  };
  const outcomes = await loading.load([wide, long].map(loading.request), { limits: { stagedBytes: 10_000 } });
  expect(outcomes.map(({ loaded }) => loaded)).toEqual([{ t: 1 }, { t: 100 }]);
});
