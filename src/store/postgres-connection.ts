import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import type { Client } from 'pg';
import { isSessionLost } from '../lib/postgres.ts';
import { postgresStoreError } from './postgres-errors.ts';
import { toParameter } from './postgres-values.ts';
import type { StatementCounter } from './statement-counter.ts';

export interface PostgresConnection extends DatabaseConnection {
  readonly session: Client;
  /** Runs one or several statements without parameters; resolves with the rows of the last one. */
  run(sql: string): Promise<Record<string, unknown>[]>;
  /** The session was lost under a statement: it may go to nobody else. */
  isLost(): boolean;
}

/** A Kysely connection on one session. */
export function createPostgresConnection(session: Client, counter: StatementCounter): PostgresConnection {
  let lost = false;

  async function counted<T>(work: () => Promise<T>): Promise<T> {
    counter.count += 1;
    try {
      return await work();
    } catch (error) {
      // A result that could not be read leaves the session in order.
      if (isSessionLost(error) && !(error instanceof RangeError)) lost = true;
      throw postgresStoreError(error);
    }
  }

  async function executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, rowCount, command } = await counted(() => session.query(sql, parameters.map(toParameter)));
    const changes = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(command);
    return { rows: rows as R[], ...(changes && { numAffectedRows: BigInt(rowCount ?? 0) }) };
  }

  return {
    session,
    executeQuery,
    async *streamQuery<R>(query: CompiledQuery) {
      yield await executeQuery<R>(query);
    },
    run: (sql) =>
      counted(async () => {
        const results: unknown = await session.query(sql);
        const last: unknown = Array.isArray(results) ? results.at(-1) : results;
        return (last as { rows: Record<string, unknown>[] }).rows;
      }),
    isLost: () => lost,
  };
}
