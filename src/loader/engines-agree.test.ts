import { afterAll, beforeAll, expect, it } from 'vitest';
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
function randomRequests(seed: number): BatchInput[] {
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
  });
  return Array.from({ length: 30 }, (_, index) => ({
    table: 'mixed',
    keyNames: seed % 2 === 0 ? ['id'] : [],
    messages: Array.from({ length: 1 + below(12) }, () => ({ sequence: BigInt(index + below(10)), data: record() })),
  }));
}

/** Everything loaded, by table: rows as their values by column name, without what only says when it was loaded. */
async function dump(engine: StartedEngine, requests: readonly BatchInput[], size: number): Promise<Record<string, string[]>> {
  const loading = await createLoading(engine.open);
  try {
    await loading.load(
      requests.map((request) => loading.request(request)),
      { size },
    );
    const tables: Record<string, string[]> = {};
    for (const table of await loading.tables()) {
      const names = (await loading.types(table)).map((type) => type.slice(0, type.indexOf(' ')));
      const told = names.filter((name) => name !== '_sdc_batched_at' && name !== '_sdc_rejected_at').toSorted();
      // Engines differ in how many zeros a decimal ends with, and in the name their reasons give.
      const values = told.map((name) => `CAST("${name}" AS VARCHAR) AS "${name}"`);
      const rows = await loading.rows(`SELECT ${values.join(', ')} FROM shop."${table}"`);
      tables[table] = rows
        .map((row) => JSON.stringify(told.map((name) => (name.endsWith('__de') ? Number(row[name] ?? Number.NaN) : row[name]))))
        .map((row) => row.replaceAll(/DuckDB|PostgreSQL/g, 'the engine').replaceAll(/\b(\d+)\.0\b/g, '$1'))
        .toSorted();
    }
    return tables;
  } finally {
    await loading.close();
  }
}

it.each([1, 2, 3, 4])(
  'every engine holds the same rows, whatever the windows (requests of seed %i)',
  { timeout: 120_000 },
  async (seed) => {
    const requests = randomRequests(seed);
    let expected: Record<string, string[]> | undefined;
    for (const { started } of engines) {
      for (const size of [1, 7, Infinity]) {
        const tables = await dump(started, requests, size);
        expected ??= tables;
        expect(tables).toEqual(expected);
      }
    }
    expect(Object.keys(expected ?? {})).toEqual(expect.arrayContaining(['mixed', 'mixed__list', 'mixed__list__tags', '_sdc_rejected']));
  },
);
