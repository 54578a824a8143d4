import { DatabaseSync } from 'node:sqlite';

/** `off` never calls fsync: only for showing that the durability test can fail. */
export type Synchronous = 'full' | 'off';

interface DatabaseOptions {
  readonly synchronous: Synchronous;
  readonly pageBytes: number;
  /** The write-ahead log is copied into the file when it has grown to this. */
  readonly walBytes: number;
  /** `wal` to append, `keep` to read (changes nothing on disk), `off` for a file nobody sees before it is complete. */
  readonly journal: 'wal' | 'keep' | 'off';
}

/** Opens or creates an SQLite file that this connection alone may use; throws when another one holds it. */
export function openDatabase(path: string, options: DatabaseOptions): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA synchronous = ${options.synchronous};
      PRAGMA page_size = ${options.pageBytes};
      ${options.journal === 'keep' ? '' : `PRAGMA journal_mode = ${options.journal};`}
      PRAGMA wal_autocheckpoint = ${Math.ceil(options.walBytes / options.pageBytes)};
      PRAGMA journal_size_limit = ${2 * options.walBytes};
      PRAGMA cache_size = -4096;`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Runs `write` in one transaction; when it throws, nothing of it is stored. */
export function inTransaction<T>(database: DatabaseSync, write: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = write();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

const sqliteIoError = 10;
const sqliteFull = 13;

/** True for SQLite's own "disk full" and "I/O error" in all their forms. */
export function isStorageFailure(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  return code === sqliteFull || code === sqliteIoError;
}
