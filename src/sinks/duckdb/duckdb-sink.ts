import { dirname } from 'node:path';
import { syncDirectory } from '../../lib/sync-directory.ts';
import { OutOfMemoryError } from '../errors.ts';
import type { LoadPlan, LoadResult, RejectChange, Sink } from '../sink.ts';
import { withDefaults } from './config.ts';
import type { DuckDbOptions } from './config.ts';
import { createWarehouse } from './connect.ts';
import { copyWarehouse } from './copy.ts';
import { describeSchema } from './describe.ts';
import { createKnownTables } from './known-tables.ts';
import { findLedgerEntry } from './ledger.ts';
import { runLoad } from './load.ts';
import { defaultQueryLimits, runQuery } from './query.ts';
import type { QueryAnswer, QueryLimits } from './query.ts';
import { createSerial } from '../../lib/serial.ts';
import { duckDbSheet } from './sheet.ts';
import { createStage } from './stage.ts';
import { listStoredRejects, markStoredRejects } from './stored-rejects.ts';
import { createSystemTables, hasLedgerTables } from './system-tables.ts';

export type { DuckDbOptions } from './config.ts';

/** The embedded warehouse: a sink that can also be asked and copied. */
export interface DuckDbSink extends Sink {
  /** Answers one SELECT, one at a time; waiting counts towards the time limit. Throws the Query… errors of `sinks/errors.ts`. */
  query(sql: string, limits?: Partial<QueryLimits>): Promise<QueryAnswer>;
  /** Writes a consistent copy to an absolute path that must not exist; loads wait meanwhile, queries go on. Throws `CopyFailedError`. */
  copyTo(file: string): Promise<{ readonly bytes: number }>;
  /** Ends queries under way and refuses new ones, so that a stop does not wait for them. */
  stopQueries(): void;
}

/** A sink on one DuckDB file. One sink per file and process; calls may overlap: loads and copies take turns, queries take turns. */
export function createDuckDbSink(options: DuckDbOptions): DuckDbSink {
  const config = withDefaults(options);
  const stage = createStage();
  const known = createKnownTables();
  const warehouse = createWarehouse(config, (connection) => {
    stage.register(connection);
    known.forget();
  });
  const writing = createSerial();
  const asking = createSerial();
  const stopping = new AbortController();

  const readLedger: Sink['readLedger'] = (key) =>
    warehouse.use(async (connection) => ((await hasLedgerTables(connection, known)) ? findLedgerEntry(connection, key) : undefined));

  async function load(plan: LoadPlan, mayCommit?: () => void): Promise<LoadResult> {
    let uncertain: LoadResult | undefined;
    const beforeCommit = (result: LoadResult): void => {
      mayCommit?.();
      uncertain = result;
    };
    try {
      return await warehouse.use((connection) => runLoad({ connection, stage, known }, plan, beforeCommit));
    } catch (error) {
      const grown = error instanceof OutOfMemoryError && warehouse.grow();
      // A COMMIT that failed while checkpointing may have committed: the ledger knows.
      if (uncertain !== undefined) {
        const entry = await readLedger(plan.ledger.key).catch(() => 'unknown' as const);
        if (entry === 'unknown') throw error;
        if (entry?.loadId === plan.loadId && entry.position === plan.ledger.position) return uncertain;
      }
      if (grown) return load(plan, mayCommit);
      throw error instanceof OutOfMemoryError ? tooMuch(error) : error;
    }
  }

  function tooMuch(cause: OutOfMemoryError): OutOfMemoryError {
    const message = `These rows need more memory than the warehouse may take (${config.maxMemoryLimitMb} MB); raise THIMBLE_DUCKDB_MAX_MEMORY_MB.`;
    return new OutOfMemoryError(message, { cause });
  }

  async function loadDurably(plan: LoadPlan, mayCommit?: () => void): Promise<LoadResult> {
    const result = await load(plan, mayCommit);
    // DuckDB syncs its file and its log, but not the names it gave them.
    await syncDirectory(dirname(config.file));
    return result;
  }

  async function markDurably(change: RejectChange): Promise<number[]> {
    const marked = await warehouse.use((connection) => markStoredRejects(connection, change));
    await syncDirectory(dirname(config.file));
    return marked;
  }

  return {
    sheet: duckDbSheet,
    ddlInTransaction: true,
    check: () => writing.run(() => warehouse.use(createSystemTables)).finally(() => known.forget()),
    describe: (schema, root) => warehouse.use((connection) => describeSchema(connection, known, schema, root)),
    readLedger,
    load: (plan, mayCommit) => writing.run(() => loadDurably(plan, mayCommit)),
    listRejects: (query) => warehouse.use((connection) => listStoredRejects(connection, query)),
    markRejects: (change) => writing.run(() => markDurably(change)),
    query(sql, limits) {
      const { timeoutMs, maxBytes } = { ...defaultQueryLimits, ...limits };
      const deadline = performance.now() + timeoutMs;
      return asking.run(() => warehouse.use((connection) => runQuery(connection, sql, { deadline, maxBytes, signal: stopping.signal })));
    },
    copyTo: (file) => writing.run(() => warehouse.use((connection) => copyWarehouse(connection, config.file, file))),
    stopQueries: () => stopping.abort(),
    async close() {
      stopping.abort();
      await writing.run(() => warehouse.close());
    },
  };
}
