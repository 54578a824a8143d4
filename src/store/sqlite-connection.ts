import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import { storeError } from './sqlite-errors.ts';
import type { StatementCounter } from './statement-counter.ts';

export interface SqliteConnection extends DatabaseConnection {
  run(sql: string): void;
  inTransaction(): boolean;
}

interface Prepared {
  readonly statement: StatementSync;
  readonly returnsRows: boolean;
}

const maxPrepared = 200;

/** A Kysely connection on one node:sqlite handle; it keeps the most recently used prepared statements. */
export function createSqliteConnection(database: DatabaseSync, counter: StatementCounter): SqliteConnection {
  const prepared = new Map<string, Prepared>();

  function prepare(sql: string): Prepared {
    const known = prepared.get(sql);
    prepared.delete(sql);
    const entry = known ?? compile(database, sql);
    prepared.set(sql, entry);
    if (prepared.size > maxPrepared) prepared.delete(prepared.keys().next().value ?? sql);
    return entry;
  }

  return {
    // Async, so that a failure is always a rejection.
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      counter.count += 1;
      try {
        const { statement, returnsRows } = prepare(query.sql);
        const parameters = query.parameters as readonly SQLInputValue[];
        if (returnsRows) return { rows: statement.all(...parameters) as R[] };
        const { changes, lastInsertRowid } = statement.run(...parameters);
        return { rows: [], insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes) };
      } catch (error) {
        throw storeError(error);
      }
    },

    async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      counter.count += 1;
      try {
        // Not from the cache: another query may use the cached statement while this one is half read.
        for (const row of database.prepare(query.sql).iterate(...(query.parameters as readonly SQLInputValue[])))
          yield { rows: [row as R] };
      } catch (error) {
        throw storeError(error);
      }
    },

    run(sql) {
      counter.count += 1;
      try {
        database.exec(sql);
      } catch (error) {
        throw storeError(error);
      }
    },

    inTransaction: () => database.isTransaction,
  };
}

function compile(database: DatabaseSync, sql: string): Prepared {
  const statement = database.prepare(sql);
  return { statement, returnsRows: statement.columns().length > 0 };
}
