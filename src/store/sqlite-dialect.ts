import type { DatabaseSync } from 'node:sqlite';
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Dialect, Driver } from 'kysely';
import { createSqliteConnection } from './sqlite-connection.ts';
import type { StatementCounter } from './statement-counter.ts';

export interface SqliteDialectOptions {
  readonly database: DatabaseSync;
  readonly counter: StatementCounter;
  /** The statement that begins a transaction. */
  readonly begin: 'begin' | 'begin immediate';
}

/** Kysely on one node:sqlite handle. Kysely hands a single connection to one query or transaction at a time; the owner closes the handle. */
export function createSqliteDialect(options: SqliteDialectOptions): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createDriver: () => createDriver(options),
  };
}

function createDriver(options: SqliteDialectOptions): Driver {
  const connection = createSqliteConnection(options.database, options.counter);
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: async () => connection.run(options.begin),
    commitTransaction: async () => connection.run('commit'),
    rollbackTransaction: async () => {
      // SQLite has rolled back by itself after disk full and I/O errors.
      if (connection.inTransaction()) connection.run('rollback');
    },
    destroy: async () => {},
  };
}
