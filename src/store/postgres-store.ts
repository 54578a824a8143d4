import { Kysely } from 'kysely';
import { Client } from 'pg';
import type { ClientConfig } from 'pg';
import { describeDatabase, ignoreSessionErrors, postgresOptions } from '../lib/postgres.ts';
import { assembleStore } from './assemble-store.ts';
import type { Store } from './database.ts';
import { StoreUnavailableError } from './errors.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/list.ts';
import type { NodeLock } from './node-lock.ts';
import { advisoryKeys } from './node-lock-sql.ts';
import { createPostgresDialect } from './postgres-dialect.ts';
import { createSessionPool } from './postgres-pool.ts';
import { resultTypes } from './postgres-values.ts';
import type { StatementCounter } from './statement-counter.ts';
import type { Tables } from './tables.ts';
import { createWitnessSql, createWriteTurns } from './write-turns.ts';

export interface PostgresStoreOptions {
  readonly url: string;
  /** With it, nothing is written once the lock is lost. */
  readonly node?: Pick<NodeLock, 'pid' | 'isHeld'>;
  /** The outcome of a commit stayed unknown: the process should end. */
  readonly onLost?: (error: Error) => void;
  readonly findOutcomeMs?: number;
}

/** Everything of the control store is in this schema of the database. */
const storeSchema = 'thimble';
const readers = 4;
const queryMs = 30_000;
/** A transaction that stands still holds up every other one. */
const settings = { search_path: storeSchema, lock_timeout: '10s', idle_in_transaction_session_timeout: '30s' };

/**
 * Opens (creating its schema) and migrates the store in a PostgreSQL database.
 * Throws StoreSchemaError when a newer Thimble wrote it, StoreUnavailableError when it cannot be opened.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { url, node, onLost = () => undefined, findOutcomeMs = 10_000 } = options;
  const session = (extra: Record<string, string> = {}) => ({
    ...postgresOptions({ url, name: 'thimble store', settings: { ...settings, ...extra } }),
    query_timeout: queryMs,
    types: resultTypes,
  });
  await createSchema(url, session());

  const counter: StatementCounter = { count: 0 };
  const writers = createSessionPool(session(), 1);
  const readOnly = createSessionPool(session({ default_transaction_read_only: 'on' }), readers);
  const ends = createWriteTurns({ session: session(), node, findOutcomeMs, onLost });
  const writer = new Kysely<Tables>({ dialect: createPostgresDialect({ pool: writers, counter, ends }) });
  const read = new Kysely<Tables>({ dialect: createPostgresDialect({ pool: readOnly, counter, ends: plainEnds }) });
  const closeHandles = async (): Promise<void> => void (await Promise.all([writers.end(), readOnly.end()]));
  try {
    await migrate(writer, 'postgres', migrations);
    return assembleStore({ writer, read, statements: () => counter.count, closeHandles });
  } catch (error) {
    await closeHandles();
    throw error;
  }
}

const plainEnds = {
  begin: async (connection: { run(sql: string): Promise<unknown> }) => void (await connection.run('begin')),
  commit: async (connection: { run(sql: string): Promise<unknown> }) => void (await connection.run('commit')),
};

/** Before the first transaction can begin; under the same lock, for `if not exists` alone lets two sessions collide. */
async function createSchema(url: string, session: ClientConfig): Promise<void> {
  const client = new Client(session);
  ignoreSessionErrors(client);
  try {
    await client.connect();
    const { write } = advisoryKeys;
    await client.query(
      `begin; select pg_advisory_xact_lock(${write[0]}, ${write[1]}); create schema if not exists ${storeSchema}; ${createWitnessSql}; commit`,
    );
  } catch (error) {
    throw new StoreUnavailableError(
      `The database ${describeDatabase(url)} cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
