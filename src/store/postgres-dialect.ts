import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { Dialect, Driver } from 'kysely';
import { createPostgresConnection } from './postgres-connection.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { postgresStoreError } from './postgres-errors.ts';
import type { SessionPool } from './postgres-pool.ts';
import type { StatementCounter } from './statement-counter.ts';

/** How transactions begin and end. */
export interface TransactionEnds {
  begin(connection: PostgresConnection): Promise<void>;
  commit(connection: PostgresConnection): Promise<void>;
}

/** Kysely on a pool of sessions; the owner ends the pool. */
export function createPostgresDialect(options: { pool: SessionPool; counter: StatementCounter; ends: TransactionEnds }): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createDriver: () => createDriver(options),
  };
}

function createDriver({ pool, counter, ends }: Parameters<typeof createPostgresDialect>[0]): Driver {
  // Kysely hands back what it was given.
  const ours = (connection: unknown): PostgresConnection => connection as PostgresConnection;
  return {
    init: async () => {},
    async acquireConnection() {
      try {
        return createPostgresConnection(await pool.take(), counter);
      } catch (error) {
        throw postgresStoreError(error);
      }
    },
    releaseConnection: async (connection) => pool.giveBack(ours(connection).session, ours(connection).isLost()),
    async beginTransaction(connection) {
      try {
        await ends.begin(ours(connection));
      } catch (error) {
        await rollback(ours(connection));
        throw error;
      }
    },
    commitTransaction: (connection) => ends.commit(ours(connection)),
    rollbackTransaction: (connection) => rollback(ours(connection)),
    destroy: async () => {},
  };
}

/** A session that cannot even roll back is lost, and with it its transaction. */
async function rollback(connection: PostgresConnection): Promise<void> {
  if (!connection.isLost()) await connection.run('rollback').catch(() => undefined);
}
