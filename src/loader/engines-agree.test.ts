import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LoadingSettings } from '../domain/source/loading-settings.ts';
import type { BatchInput, RecordValue } from '../../tests/support/build-batch.ts';
import { decimal, timestamp } from '../../tests/support/build-batch.ts';
import { loadingEngines } from '../../tests/support/loading-engines.ts';
import type { StartedEngine } from '../../tests/support/loading-engines.ts';
import { createLoading } from '../../tests/support/loading.ts';
import { createRandom } from '../../tests/support/random.ts';

const engines: { readonly name: string; readonly started: StartedEngine }[] = [];
beforeAll(async () => {
  for (const { name, start } of loadingEngines) engines.push({ name, started: await start() });
}, 60_000);
afterAll(async () => {
  for (const { started } of engines) await started.stop();
});

/** Requests for a keyed and a keyless table: updates, late sequences, types that mix, arrays in arrays, nulls, records that are refused. */
function randomRequests(seed: number, { onDelete }: Partial<LoadingSettings>): BatchInput[] {
  const random = createRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const scalar = (): RecordValue =>
    [
      null,
      BigInt(below(9)),
      below(64) / 8,
      `text ${below(9)}`,
      below(2) === 1,
      decimal(`${below(90)}.25`),
      timestamp(`2024-01-0${1 + below(9)}T00:00:00.125Z`),
    ][below(7)] ?? null;
  const record = (): { readonly [key: string]: RecordValue } => ({
    id: BigInt(below(30)),
    [`a${below(3)}`]: scalar(),
    object: { x: scalar(), deep: { y: below(9) / 4 } },
    list: Array.from({ length: below(4) }, () => ({ sku: `s${below(9)}`, tags: Array.from({ length: below(3) }, scalar) })),
    ...(below(20) === 0 ? { _sdc_mine: 1n } : {}),
    ...(onDelete === 'hard' && below(4) === 0 ? { _sdc_deleted_at: 'now' } : {}),
  });
  return Array.from({ length: 30 }, (_, index) => ({
    table: 'mixed',
    keyNames: seed % 2 === 0 ? ['id'] : [],
    messages: Array.from({ length: 1 + below(12) }, () => ({ sequence: BigInt(index + below(10)), data: record() })),
  }));
}

/** Everything loaded, by table: rows as their values by column name, without what only says when it was loaded. */
async function dump(
  engine: StartedEngine,
  requests: readonly BatchInput[],
  { size, settings }: { readonly size: number; readonly settings: Partial<LoadingSettings> },
): Promise<Record<string, string[]>> {
  const loading = await createLoading(engine.open, settings);
  try {
    await loading.load(
      requests.map((request) => loading.request(request)),
      { size },
    );
    const tables: Record<string, string[]> = {};
    for (const table of await loading.tables()) {
      const types = (await loading.types(table)).map((type) => [type.slice(0, type.indexOf(' ')), type] as const);
      const decimals = new Set(types.filter(([, type]) => / (numeric|DECIMAL)/.test(type)).map(([name]) => name));
      const names = types.map(([name]) => name);
      const told = names.filter((name) => name !== '_sdc_batched_at' && name !== '_sdc_rejected_at').toSorted();
      // Engines differ in how many zeros a decimal ends with, and in the name their reasons give.
      const values = told.map((name) => `CAST("${name}" AS VARCHAR) AS "${name}"`);
      const rows = await loading.rows(`SELECT ${values.join(', ')} FROM shop."${table}"`);
      tables[table] = rows
        .map((row) => JSON.stringify(told.map((name) => (decimals.has(name) ? Number(row[name] ?? Number.NaN) : row[name]))))
        .map((row) => row.replaceAll(/DuckDB|PostgreSQL/g, 'the engine').replaceAll(/\b(\d+)\.0\b/g, '$1'))
        .toSorted();
    }
    return tables;
  } finally {
    await loading.close();
  }
}

it.each<[number, Partial<LoadingSettings>]>([
  [1, {}],
  [2, {}],
  [3, {}],
  [4, {}],
  [5, { schemaDrift: 'widen' }],
  [6, { schemaDrift: 'widen' }],
  [8, { schemaDrift: 'reject' }],
  [10, { onDelete: 'hard' }],
  [12, { schemaDrift: 'widen', onDelete: 'hard' }],
])('every engine holds the same rows, whatever the windows (requests of seed %i, %j)', { timeout: 120_000 }, async (seed, settings) => {
  const requests = randomRequests(seed, settings);
  let expected: Record<string, string[]> | undefined;
  for (const { started } of engines) {
    for (const size of [1, 7, Infinity]) {
      const tables = await dump(started, requests, { size, settings });
      expected ??= tables;
      expect(tables).toEqual(expected);
    }
  }
  const tables = ['mixed', 'mixed__list', 'mixed__list__tags', '_sdc_rejected'];
  expect(Object.keys(expected ?? {})).toEqual(expect.arrayContaining(tables));
});

/** Values by column, among them those that engines left to themselves write differently. */
function textSamples(): Readonly<Record<string, readonly RecordValue[]>> {
  const random = createRandom(20);
  const bits = new DataView(new ArrayBuffer(8));
  const double = [0, -0, 15, 0.1, -1e-7, 1e-5, 1e-4, 5e-324, 1e14, 999_999_999_999_999, 1e15, 2 ** 53, 1_000_000_000_000_000.1, 1e16, 1e22];
  for (let count = 0; count < 300; count += 1) {
    bits.setUint32(0, Math.floor(random() * 2 ** 32));
    bits.setUint32(4, Math.floor(random() * 2 ** 32));
    const any = bits.getFloat64(0);
    double.push(Number.isFinite(any) ? any : 1e300, (random() - 0.5) * 10 ** Math.floor(random() * 28 - 12));
    double.push((1 + 9 * random()) * 1e15);
  }
  return {
    double,
    decimal: ['0.00', '3.10', '-100', '12345678901234567890.125', '0.000000000001'].map(decimal),
    moment: ['2024-01-02T03:04:05.5Z', '2024-01-02T03:04:05Z', '1969-12-31T23:59:59.999999Z', '0001-01-01T00:00:00Z'].map(timestamp),
    integer: [0n, -7n, 2n ** 63n - 1n, -(2n ** 63n)],
    flag: [true, false],
  };
}

it('every engine writes a value whose column became text alike, whether it came before or after', { timeout: 120_000 }, async () => {
  const samples = Object.entries(textSamples());
  const rows = samples.flatMap(([name, values]) => values.map((value) => ({ [name]: value })));
  const toText = Object.fromEntries(samples.map(([name]) => [name, 'text']));
  const request = (set: string, data: readonly { readonly [key: string]: RecordValue }[]): BatchInput => ({
    table: 't',
    keyNames: ['set', 'id'],
    messages: data.map((record, id) => ({ sequence: 1n, data: { set, id: BigInt(id), ...record } })),
  });
  const texts: unknown[] = [];
  for (const { started } of engines) {
    const loading = await createLoading(started.open, { schemaDrift: 'widen' });
    await loading.push(request('before', rows));
    await loading.push(request('after', [...rows, toText]));
    for (const set of ['before', 'after']) {
      const names = samples.map(([name]) => name).join(', ');
      texts.push(await loading.rows(`SELECT ${names} FROM shop.t WHERE set = '${set}' AND id < ${rows.length} ORDER BY id`));
    }
    await loading.close();
  }
  expect(texts).toHaveLength(2 * engines.length);
  for (const each of texts) expect(each).toEqual(texts[0]);
  expect(texts[0]).toContainEqual({ double: '9007199254740992.0', decimal: null, moment: null, integer: null, flag: null });
});
