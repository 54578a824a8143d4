import { afterEach, expect, it } from 'vitest';
import type { LoadingSettings } from '../domain/source/loading-settings.ts';
import type { BatchInput, MessageInput, RecordValue } from '../../tests/support/build-batch.ts';
import { decimal, doubleText, timestamp } from '../../tests/support/build-batch.ts';
import { applyDuckDbDdl } from '../../tests/support/duckdb-ddl.ts';
import { createRandom } from '../../tests/support/random.ts';
import type { Loading } from '../../tests/support/loading.ts';
import type { Row } from '../../tests/support/loading-destination.ts';
import { openDuckDb } from '../../tests/support/loading-duckdb.ts';
import { createLoading } from '../../tests/support/loading.ts';
import { waitingTarget } from '../../tests/support/step-by-step-sink.ts';
import { TransientError } from '../sinks/errors.ts';
import type { TableDescription } from '../sinks/sink.ts';

let open: Loading[] = [];
afterEach(async () => {
  await Promise.all(open.map((loading) => loading.close()));
  open = [];
});

interface Dump {
  readonly types: string[];
  readonly rows: string[];
}

/** Everything in the source's schema and what waits for it, comparable: column order and load times are not part of it. */
async function dump(loading: Loading): Promise<Record<string, Dump>> {
  const tables: Record<string, Dump> = {};
  for (const table of await loading.tables()) {
    const rows = await loading.rows(`SELECT * FROM shop."${table}"`);
    tables[table] = { types: (await loading.types(table)).toSorted(), rows: rows.map(comparable).toSorted() };
  }
  const { versions } = await loading.sink().describe('shop');
  for (const { root, active, waiting } of versions) {
    tables[`active version of ${root}`] = { types: [], rows: [String(active)] };
    for (const { version, rows, tables: described } of waiting)
      tables[`waiting ${version}`] = { types: columnsOf(described), rows: [String(rows)] };
  }
  const stored = await loading.rows(
    "SELECT table_name AS name FROM duckdb_tables() WHERE schema_name = '_thimble' AND table_name LIKE 'waiting\\_%' ESCAPE '\\'",
  );
  for (const { name } of stored) {
    if (name === 'waiting_table') continue;
    const rows = await loading.rows(`SELECT * FROM _thimble."${String(name)}"`);
    tables[String(name)] = { types: [], rows: rows.map(comparable).toSorted() };
  }
  return tables;
}

function columnsOf(tables: readonly TableDescription[]): string[] {
  return tables.flatMap(({ table, columns }) => columns.map(({ name, type }) => `${table} ${name} ${type}`)).toSorted();
}

function comparable(row: Row): string {
  return JSON.stringify(
    Object.entries(row)
      .filter(([name]) => name !== '_sdc_batched_at' && name !== '_sdc_rejected_at')
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

async function openLoading(...options: Parameters<typeof createLoading>): Promise<Loading> {
  const loading = await createLoading(...options);
  open.push(loading);
  return loading;
}

async function loadAs(requests: readonly BatchInput[], size: number, settings: Partial<LoadingSettings> = {}): ReturnType<typeof dump> {
  const loading = await openLoading(openDuckDb, settings);
  await loading.load(
    requests.map((request) => loading.request(request)),
    { size },
  );
  return dump(loading);
}

async function expectSameTables(requests: readonly BatchInput[], settings: Partial<LoadingSettings> = {}): Promise<Record<string, Dump>> {
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
  const loading = await openLoading();
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

/** Requests that mix versions that mostly rise, rows without one, activations before, after and without rows, rejects and ties. */
function randomVersions(seed: number): BatchInput[] {
  const random = createRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  let newest = 1;
  return Array.from({ length: 32 }, (_, request): BatchInput => {
    newest += random() < 0.15 ? 1 : 0;
    const version = [undefined, 0, -1, newest, newest, newest, newest, newest - 1, newest + 1][below(9)];
    const record = (row: number): MessageInput => {
      const data = { id: BigInt(below(8)), stamp: `${request}/${row}`, ...(random() < 0.5 ? { n: random() < 0.9 ? 1n : 'one' } : {}) };
      const nested = random() < 0.4 ? { tags: Array.from({ length: below(3) }, () => BigInt(below(9))) } : {};
      return { sequence: BigInt(below(5)), data: { ...data, ...nested, ...(random() < 0.05 ? { x__st: 1n } : {}) } };
    };
    const rows = random() < 0.1 ? [] : Array.from({ length: 1 + below(4) }, (__, row) => record(row));
    const activation = { sequence: 1n, data: undefined };
    const activating = version !== undefined && (rows.length === 0 || random() < 0.2);
    const messages = activating ? (random() < 0.5 ? [activation, ...rows] : [...rows, activation]) : rows;
    const keyNames = rows.length === 0 ? [] : ['id'];
    return version === undefined
      ? { table: 'mixed', keyNames: ['id'], messages: rows.length === 0 ? [record(0)] : rows }
      : { table: 'mixed', keyNames, tableVersion: BigInt(version), messages };
  });
}

/** What loading.md §7 and §6.2 say is visible afterwards: a stamp per key. */
function visibleStamps(requests: readonly BatchInput[]): unknown[] {
  type Rows = Map<unknown, { sequence: bigint; request: BatchInput; stamp: unknown }>;
  let active: bigint | undefined;
  let visible: Rows = new Map();
  const waiting = new Map<bigint, Rows>();
  for (const request of requests) {
    const version = request.tableVersion ?? 0n;
    if (version !== 0n && active !== undefined && version < active) continue;
    const waits = version !== 0n && version !== active;
    const target = waits ? (waiting.get(version) ?? new Map()) : visible;
    const accepted = request.messages.filter(({ data }) => data !== undefined && !('x__st' in data));
    for (const { sequence, data } of accepted) {
      const stored = target.get(data?.['id']);
      const wins = stored === undefined || sequence > stored.sequence || (sequence === stored.sequence && stored.request === request);
      if (wins) target.set(data?.['id'], { sequence, request, stamp: data?.['stamp'] });
    }
    if (waits && accepted.length > 0) waiting.set(version, target);
    if (!waits || request.messages.every(({ data }) => data !== undefined)) continue;
    active = version;
    visible = waiting.get(version) ?? new Map();
    for (const older of [...waiting.keys()].filter((one) => one <= version)) waiting.delete(older);
  }
  return [...visible.values()].map(({ stamp }) => stamp).toSorted();
}

it.each([11, 12, 13, 14])('shows and keeps the same rows of versions in windows of 1, 7 and all requests (seed %i)', async (seed) => {
  const requests = randomVersions(seed);
  const tables = await expectSameTables(requests);
  const rows = (tables['mixed']?.rows ?? []).map((row) => Object.fromEntries(JSON.parse(row) as [string, unknown][])['stamp']);
  expect(rows.toSorted()).toEqual(visibleStamps(requests));
});

it.each([15, 16])('widens and deletes the same among versions in windows of 1, 7 and all requests (seed %i)', async (seed) => {
  const random = createRandom(seed);
  const requests = randomVersions(seed).map((request) => ({
    ...request,
    messages: request.messages.map(({ sequence, data }): MessageInput =>
      data === undefined || random() < 0.7 ? { sequence, data } : { sequence, data: { ...data, _sdc_deleted_at: 'now' } },
    ),
  }));
  const soft = await loadAs(requests, Infinity, { schemaDrift: 'widen' });
  const hard = await expectSameTables(requests, { schemaDrift: 'widen', onDelete: 'hard' });
  expect(hard['mixed']?.rows.length).toBeLessThan(soft['mixed']?.rows.length ?? 0);
  expect(hard['mixed']?.types.filter((column) => column.startsWith('n '))).toEqual(['n VARCHAR']);
});

it.each([21, 22])('accounts for every record of versions as loaded, rejected or superseded (seed %i)', async (seed) => {
  const requests = randomVersions(seed);
  const records = requests.flatMap(({ messages }) => messages.filter(({ data }) => data !== undefined)).length;
  for (const size of [1, 5, Infinity]) {
    const loading = await openLoading();
    const outcomes = await loading.load(
      requests.map((request) => loading.request(request)),
      { size },
    );
    const total = (of: (outcome: (typeof outcomes)[number]) => number): number => outcomes.reduce((sum, outcome) => sum + of(outcome), 0);
    expect(total(({ counts }) => counts.received)).toBe(requests.flatMap(({ messages }) => messages).length);
    expect(total(({ counts, loaded }) => (loaded['mixed'] ?? 0) + counts.rejected + counts.superseded)).toBe(records);
    expect(total(({ counts }) => counts.superseded)).toBeGreaterThan(0);
  }
});

it.each<[string, BatchInput[], Partial<LoadingSettings>]>([
  ['versions', randomVersions(31), {}],
  ['split columns and subtables', randomRequests(32, ['id']), {}],
  ['widened columns of versions', randomVersions(34), { schemaDrift: 'widen' }],
  ['widened columns and deleted rows', randomRequests(35, ['id']), { schemaDrift: 'widen', onDelete: 'hard' }],
])('gives the same tables where each schema step commits by itself and loads die between them: %s', async (_, requests, settings) => {
  const random = createRandom(33);
  let deaths = 0;
  const loading = await openLoading(
    () =>
      openDuckDb({
        wrap: (sink, file) => ({
          ...sink,
          ddlInTransaction: false,
          async load(plan) {
            if (plan.ddl.length === 0 || random() < 0.3) return sink.load(plan);
            await applyDuckDbDdl(file, plan.schema, plan.ddl.slice(0, 1 + Math.floor(random() * plan.ddl.length)), waitingTarget(plan));
            deaths += 1;
            throw new TransientError('died');
          },
        }),
      }),
    settings,
  );
  const batches = requests.map((request) => loading.request(request));
  // What the ledger holds already is only reported again.
  for (let done = false; !done;) {
    done = await loading.load(batches, { size: 3 }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof TransientError) return false;
        throw error;
      },
    );
  }
  expect(deaths).toBeGreaterThan(3);
  expect(await dump(loading)).toEqual(await loadAs(requests, 3, settings));
});
