import { encodeBatch } from '../../src/batch/encode.ts';
import type { EncodedBatch, LoadOutcome, LoadWindow } from '../../src/loader/load-window.ts';
import { loadWindow } from '../../src/loader/load-window.ts';
import type { Sink } from '../../src/sinks/sink.ts';
import type { BatchInput } from './build-batch.ts';
import { buildBatch } from './build-batch.ts';
import type { LoadingDestination, Row } from './loading-destination.ts';
import { openDuckDb } from './loading-duckdb.ts';

export type { Row } from './loading-destination.ts';

/** Requests on their way into a real warehouse, without buffer and threads: what a test of loading needs. */
export interface Loading {
  sink(): Sink;
  /** Takes one request's batch; positions rise. Returns the batch as the buffer would hand it out. */
  request(input: BatchInput): EncodedBatch;
  /** Loads batches of one table as windows of `size` requests. */
  load(batches: readonly EncodedBatch[], options?: { size?: number; limits?: LoadWindow['limits'] }): Promise<LoadOutcome[]>;
  /** Takes and loads one request. */
  push(input: BatchInput): Promise<LoadOutcome>;
  /** Changes the warehouse as its owner might, with the sink closed meanwhile. */
  alter(...statements: string[]): Promise<void>;
  /** Rows of a query. */
  rows(sql: string): Promise<Row[]>;
  /** Column names of a table in order, without system columns. */
  columns(table: string): Promise<string[]>;
  /** `name type` of every column of a table in order. */
  types(table: string): Promise<string[]>;
  tables(): Promise<string[]>;
  close(): Promise<void>;
}

const schema = 'shop';
const incarnation = '0c7b3a52-7d1e-4b86-9a40-c2e57d18b6f3';
/** 2024-05-01T10:20:30.456Z. */
const receivedAt = Date.UTC(2024, 4, 1, 10, 20, 30, 456);

export async function createLoading(open: () => Promise<LoadingDestination> = openDuckDb): Promise<Loading> {
  const destination = await open();
  let position = 0;

  const tables = new Map<EncodedBatch, string>();
  function request(input: BatchInput): EncodedBatch {
    position += 1;
    const batch = { position, receivedAt, payload: encodeBatch(buildBatch(input)) };
    tables.set(batch, input.table);
    return batch;
  }

  async function load(
    batches: readonly EncodedBatch[],
    { size = Infinity, limits = {} }: { size?: number; limits?: LoadWindow['limits'] } = {},
  ): Promise<LoadOutcome[]> {
    const outcomes: LoadOutcome[] = [];
    for (let pending = batches; pending.length > 0;) {
      const [first] = pending;
      const table = (first && tables.get(first)) ?? '';
      const window = {
        sourceId: 7,
        table,
        schema,
        incarnation,
        binding: 0,
        head: position,
        acknowledged: 0,
        batches: pending.slice(0, size),
        limits,
      };
      const outcome = await loadWindow(destination.sink(), window, () => receivedAt + 1000);
      outcomes.push(outcome);
      pending = pending.filter((batch) => batch.position > outcome.position);
    }
    return outcomes;
  }

  const { sink, alter, rows, close } = destination;
  return {
    sink,
    alter,
    rows,
    close,
    request,
    load,
    async push(input) {
      const [outcome] = await load([request(input)]);
      if (outcome === undefined) throw new RangeError('Nothing was loaded.');
      return outcome;
    },
    columns: async (table) =>
      (await destination.describeColumns(schema, table))
        .map(({ name }) => name)
        .filter((name) => !/^_?_sdc_(?!source_key|level)/.test(name)),
    types: async (table) => (await destination.describeColumns(schema, table)).map(({ name, type }) => `${name} ${type}`),
    tables: () => destination.listTables(schema),
  };
}
