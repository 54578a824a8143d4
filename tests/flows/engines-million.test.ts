/** The demo's data sets and a long stream of nested records give the same tables on every engine, in windows of different sizes. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readDemoDataSets } from '../../src/cli/demo-data.ts';
import { loadWindow, type EncodedBatch } from '../../src/loader/load-window.ts';
import type { Sink } from '../../src/sinks/sink.ts';
import { encodeDataSet, encodeRequest } from '../support/encode-request.ts';
import type { LoadingDestination } from '../support/loading-destination.ts';
import { loadingEngines, type StartedEngine } from '../support/loading-engines.ts';
import { nestedRecordsPerRequest, nestedRequest, nestedTable } from '../support/nested-stream.ts';

/** The full run has 1,000,000. */
const streamRecords = Number(process.env['THIMBLE_STREAM_RECORDS'] ?? '60000');
const seed = Number(process.env['THIMBLE_FAULT_SEED'] ?? '20261121');
/** Requests per window: each engine has its own. */
const windowSizes: Readonly<Record<string, number>> = { DuckDB: 16, 'PostgreSQL 15': 7, 'PostgreSQL 18': 40 };
const schema = 'shop';

/** How an engine spells a value of its type in the same text as the others, and an even hash of a text as an integer. */
interface Spelling {
  readonly value: (column: string, type: string) => string;
  readonly hash: (text: string) => string;
}

const spellings: Readonly<Record<'duckdb' | 'postgres', Spelling>> = {
  duckdb: {
    value(column, type) {
      if (type === 'DOUBLE') return `regexp_replace(${column}::VARCHAR, '\\.0$', '')`;
      if (type.startsWith('DECIMAL')) return `regexp_replace(${column}::VARCHAR, '\\.?0+$', '')`;
      return type === 'TIMESTAMP' ? `epoch_us(${column})::VARCHAR` : `${column}::VARCHAR`;
    },
    hash: (text) => `('0x' || substr(md5(${text}), 1, 15))::BIGINT`,
  },
  postgres: {
    value(column, type) {
      if (type === 'numeric') return `trim_scale(${column})::text`;
      return type.startsWith('timestamp') ? `(extract(epoch FROM ${column}) * 1000000)::bigint::text` : `${column}::text`;
    },
    hash: (text) => `('x' || substr(md5(${text}), 1, 15))::bit(60)::bigint`,
  },
};

/** Per table its rows, the values and the sum of each column by name, and an order-free hash over whole rows. */
async function fingerprint({ rows, describeColumns, listTables }: LoadingDestination, spelling: Spelling): Promise<object> {
  const tables: Record<string, unknown> = {};
  for (const table of await listTables(schema)) {
    const told = (await describeColumns(schema, table)).filter(({ name }) => !/^_sdc_(batched|rejected)_at$/.test(name));
    const columns = told.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, type }) => ({ name, type, quoted: `"${name}"` }));
    const counts = columns.map(({ quoted }, index) => `count(${quoted}) AS n${index}`);
    const sums = columns.map(({ quoted, type }, index) => (/^bigint$/i.test(type) ? [`CAST(sum(${quoted}) AS VARCHAR) AS s${index}`] : []));
    const texts = columns.map(({ quoted, type }) => `coalesce(${spelling.value(quoted, type)}, chr(1))`);
    const hash = `CAST(sum(${spelling.hash(texts.join(' || chr(2) || '))}) AS VARCHAR) AS hash`;
    const [row] = await rows(`SELECT count(*) AS rows, ${hash}, ${[...counts, ...sums.flat()].join(', ')} FROM ${schema}."${table}"`);
    const byName = columns.map(({ name }, index) => [name, { values: row?.[`n${index}`], sum: row?.[`s${index}`] ?? null }]);
    tables[table] = { rows: row?.['rows'], hash: row?.['hash'], columns: Object.fromEntries(byName) as object };
  }
  return tables;
}

async function loadInWindows(sink: Sink, table: string, batches: Iterable<EncodedBatch>, size: number): Promise<number> {
  const base = { sourceId: 1, table, schema, incarnation: '0c7b3a52-7d1e-4b86-9a40-c2e57d18b6f3', binding: 0, acknowledged: 0 };
  let pending: EncodedBatch[] = [];
  let windows = 0;
  const load = async (): Promise<void> => {
    // The decoder may take a payload for its own; every engine gets one.
    const own = pending.map((batch) => ({ ...batch, payload: batch.payload.slice() }));
    const { position } = await loadWindow(sink, { ...base, head: Number.MAX_SAFE_INTEGER, batches: own }, Date.now);
    pending = pending.filter((batch) => batch.position > position);
    windows += 1;
  };
  for (const batch of batches) {
    pending.push(batch);
    if (pending.length >= size) await load();
  }
  while (pending.length > 0) await load();
  return windows;
}

function* nestedStream(): Generator<EncodedBatch> {
  for (let request = 0; request < streamRecords / nestedRecordsPerRequest; request += 1)
    yield encodeRequest('batch', request + 1, nestedRequest(seed, request));
}

const streams = [
  ...readDemoDataSets().map((dataSet) => ({
    name: `${dataSet.table} (${dataSet.records.length} records)`,
    table: dataSet.table,
    records: dataSet.records.length,
    batches: (): Iterable<EncodedBatch> => encodeDataSet(dataSet),
  })),
  {
    name: `${streamRecords} nested records (seed ${seed})`,
    table: nestedTable,
    // Every fifth is an update.
    records: (streamRecords / 5) * 4,
    batches: nestedStream,
  },
];

const started = new Map<string, StartedEngine>();
beforeAll(async () => {
  for (const { name, start } of loadingEngines) started.set(name, await start());
}, 120_000);
afterAll(async () => {
  for (const engine of started.values()) await engine.stop();
});

it.each(streams)(
  '$name give the same tables on every engine',
  { timeout: 120_000 + streamRecords },
  async ({ table, records, batches }) => {
    let expected: object | undefined;
    for (const { name, kind } of loadingEngines) {
      const destination = await started.get(name)?.open();
      if (destination === undefined) throw new Error(`${name} did not start.`);
      try {
        const startedAt = performance.now();
        const windows = await loadInWindows(destination.sink(), table, batches(), windowSizes[name] ?? 10);
        const seconds = (performance.now() - startedAt) / 1000;
        process.stdout.write(`${table} on ${name}: ${windows} windows in ${seconds.toFixed(1)} s\n`);
        const tables = await fingerprint(destination, spellings[kind]);
        expected ??= tables;
        expect(tables, name).toEqual(expected);
      } finally {
        await destination.close();
      }
    }
    expect(expected).toMatchObject({ [table]: { rows: records } });
  },
);
