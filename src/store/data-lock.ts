import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy, storeError } from './sqlite-errors.ts';

/** Another process uses the data directory. Nothing was changed. */
export class DataDirectoryLockedError extends Error {
  override readonly name = 'DataDirectoryLockedError';
  readonly directory: string;
  /** Undefined when the holder has not written it yet. */
  readonly pid: number | undefined;
  constructor(directory: string, pid: number | undefined) {
    super(`The data directory ${directory} is in use by ${pid === undefined ? 'another process' : `process ${pid}`}.`);
    this.directory = directory;
    this.pid = pid;
  }
}

export interface DataLock {
  release(): Promise<void>;
}

/**
 * Takes the data directory (created with mode 0700) for this process until `release` or the death of the process.
 * Throws DataDirectoryLockedError while another holds it.
 */
export async function acquireDataLock(options: { directory: string }): Promise<DataLock> {
  const { directory } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const lockFile = join(directory, 'lock');
  // Beside the lock: closing any other descriptor of the locked file would drop this process's POSIX locks on it.
  const pidFile = join(directory, 'lock.pid');
  const database = await lock(lockFile, async () => new DataDirectoryLockedError(directory, await readPid(pidFile)));
  await writeFile(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return {
    async release() {
      await rm(pidFile, { force: true });
      database.close();
    },
  };
}

/** An open EXCLUSIVE transaction of SQLite is a lock on the file that the kernel frees when the process dies, however it dies. */
async function lock(file: string, locked: () => Promise<DataDirectoryLockedError>): Promise<DatabaseSync> {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec('begin exclusive');
    return database;
  } catch (error) {
    database?.close();
    if (isBusy(error)) throw await locked();
    throw storeError(error);
  }
}

async function readPid(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^[1-9][0-9]{0,9}\n$/.test(text) ? Number(text) : undefined;
}
