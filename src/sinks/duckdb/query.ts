import { StatementType } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult } from '@duckdb/node-api';
import { QueryFailedError, QueryLimitError, QueryRefusedError } from '../errors.ts';
import { isFatal, messageOf } from './failures.ts';
import { createJsonRows } from './json-rows.ts';
import { checkQuery } from './query-check.ts';
import { run } from './sql.ts';

export interface QueryLimits {
  readonly timeoutMs: number;
  /** Of the JSON answer. */
  readonly maxBytes: number;
}

export const defaultQueryLimits: QueryLimits = { timeoutMs: 60_000, maxBytes: 100_000_000 };

export interface QueryAnswer {
  readonly rows: number;
  /** UTF-8 JSON: an array with one object per row. */
  readonly json: Uint8Array<ArrayBuffer>;
}

export interface QueryRun {
  /** performance.now() milliseconds. */
  readonly deadline: number;
  readonly maxBytes: number;
  /** Ends the query early when the server stops. */
  readonly signal: AbortSignal;
}

/** Repeated, because an interrupt that falls between two steps of a query is forgotten by DuckDB. */
const interruptEveryMs = 50;

/** Answers exactly one SELECT inside a read-only transaction. Throws QueryRefusedError, QueryLimitError or QueryFailedError. */
export async function runQuery(connection: DuckDBConnection, sql: string, { deadline, maxBytes, signal }: QueryRun): Promise<QueryAnswer> {
  const exceeded = (): QueryLimitError | undefined => {
    if (signal.aborted) return new QueryLimitError('stopping', 'The server is stopping.');
    return performance.now() >= deadline ? new QueryLimitError('time', 'The query took longer than its time limit.') : undefined;
  };
  const watch = setInterval(() => exceeded() && connection.interrupt(), interruptEveryMs);
  let statement: DuckDBPreparedStatement | undefined;
  let result: DuckDBResult | undefined;
  try {
    await run(connection, 'BEGIN TRANSACTION READ ONLY');
    statement = await prepareSelect(connection, sql);
    result = await statement.stream();
    const rows = createJsonRows(result, maxBytes);
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      const limit = exceeded();
      if (limit !== undefined) throw limit;
      rows.add(chunk);
    }
    result = undefined;
    return rows.finish();
  } catch (error) {
    throw exceeded() ?? toQueryError(error);
  } finally {
    clearInterval(watch);
    if (result !== undefined) await endStream(connection, result);
    statement?.destroySync();
    await run(connection, 'ROLLBACK').catch(() => undefined);
  }
}

/** Runs a cut-off answer into an interrupt: left open, it would keep the file locked until it is garbage. */
async function endStream(connection: DuckDBConnection, result: DuckDBResult): Promise<void> {
  try {
    do connection.interrupt();
    while ((await result.fetchChunk())?.rowCount);
  } catch {
    // The interrupt itself, or the failure that ended the query.
  }
}

/** The parser, not a pattern, decides what is one SELECT; the prepared statement's own type has the last word. */
async function prepareSelect(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  await checkQuery(connection, sql);
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new QueryRefusedError('Only one statement is allowed.');
  const statement = await statements.prepare(0);
  if (statement.statementType === StatementType.SELECT && statement.parameterCount === 0) return statement;
  statement.destroySync();
  throw new QueryRefusedError('Only a SELECT without parameters is allowed.');
}

function toQueryError(error: unknown): unknown {
  if ([QueryRefusedError, QueryLimitError, QueryFailedError].some((kind) => error instanceof kind) || isFatal(error)) return error;
  const message = messageOf(error);
  if (/^Permission Error|read-only mode|configuration has been locked/.test(message)) {
    return new QueryRefusedError('A query may only read the tables of the warehouse.', { cause: error });
  }
  return new QueryFailedError(message, { cause: error });
}
