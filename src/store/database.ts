import { chmod, open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { assembleStore } from './assemble-store.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/list.ts';
import type { StatementCounter } from './statement-counter.ts';
import { createSqliteDialect } from './sqlite-dialect.ts';
import { storeError } from './sqlite-errors.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

export type { Store };

/**
 * Opens (creating it with mode 0600) and migrates the SQLite store at `path`.
 * Throws StoreSchemaError when a newer Thimble wrote it, StoreUnavailableError when it cannot be opened.
 */
export async function openStore(options: { path: string }): Promise<Store> {
  await restrictToOwner(options.path);
  const counter: StatementCounter = { count: 0 };
  const handles: DatabaseSync[] = [];
  const connect = (readOnly: boolean): Kysely<Tables> => {
    const database = openHandle(options.path, readOnly);
    handles.push(database);
    return new Kysely<Tables>({ dialect: createSqliteDialect({ database, counter, begin: readOnly ? 'begin' : 'begin immediate' }) });
  };
  const closeHandles = (): void => {
    for (const handle of handles.splice(0).reverse()) handle.close();
  };

  try {
    const writer = connect(false);
    await migrate(writer, 'sqlite', migrations);
    return assembleStore({ writer, read: connect(true), statements: () => counter.count, closeHandles });
  } catch (error) {
    closeHandles();
    throw error;
  }
}

function openHandle(path: string, readOnly: boolean): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { readOnly, timeout: 1000, enableForeignKeyConstraints: true });
    // A commit is on the disk before it is answered: WAL syncs at each commit only with FULL.
    database.exec(readOnly ? 'pragma query_only = on' : 'pragma journal_mode = wal; pragma synchronous = full');
    return database;
  } catch (error) {
    throw storeError(error);
  }
}

/** SQLite gives its journal files the mode of the database file. */
async function restrictToOwner(path: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  await file.close();
  await chmod(path, 0o600);
}
