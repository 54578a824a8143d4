import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OutOfMemoryError, TransientError } from '../errors.ts';
import { instanceOptions } from './config.ts';
import type { DuckDbConfig } from './config.ts';
import { isFatal, toSinkError } from './failures.ts';

/** One warehouse file, opened on demand and closed when idle. */
export interface Warehouse {
  /** Lends a connection of its own to `task` and disconnects it afterwards, with everything temporary on it. Throws the errors of `sinks/errors.ts`. */
  use<T>(task: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  /** Doubles the memory limit from the next opening until the file was idle; newcomers wait for it. Returns false at the maximum. */
  grow(): boolean;
  /** Waits for the running tasks and closes the file; later uses are refused. */
  close(): Promise<void>;
}

interface Opened {
  readonly instance: Promise<DuckDBInstance>;
  readonly gone: PromiseWithResolvers<void>;
  users: number;
  /** Failed to open, invalidated by a fatal error, short of memory, or closing: nobody new may use it, newcomers wait until it is gone. */
  broken: boolean;
}

/**
 * Manages the process's only instance of one file. Nothing else in this process may ever open the file: closing any descriptor of it
 * drops DuckDB's lock (POSIX record locks belong to the process), and a second instance would corrupt it. `onOpen` prepares an instance.
 */
export function createWarehouse(config: DuckDbConfig, onOpen: (connection: DuckDBConnection) => void = () => undefined): Warehouse {
  let opened: Opened | undefined;
  let idleTimer: NodeJS.Timeout | undefined;
  let closing = false;
  let openedBefore = false;
  /** Device and inode of the file when it was opened. */
  let identity: string | undefined;
  let memoryLimitMb = config.memoryLimitMb;

  async function open(): Promise<DuckDBInstance> {
    await mkdir(dirname(config.file), { recursive: true, mode: 0o700 });
    const instance = await openInstance();
    if (!openedBefore) await removeSpilled(config.tempDirectory);
    openedBefore = true;
    const connection = await instance.connect();
    onOpen(connection);
    connection.closeSync();
    identity = await findIdentity(config.file);
    return instance;
  }

  async function openInstance(): Promise<DuckDBInstance> {
    try {
      // From the cache: an instance that a forgotten result still holds alive is reused, or refused for its other limit, never opened twice.
      return await DuckDBInstance.fromCache(config.file, instanceOptions(config, memoryLimitMb));
    } catch (error) {
      // The log of a load that had more memory may need as much to be read again.
      if (!(toSinkError(error) instanceof OutOfMemoryError) || !raiseLimit()) throw error;
      return openInstance();
    }
  }

  function raiseLimit(): boolean {
    if (memoryLimitMb >= config.maxMemoryLimitMb) return false;
    memoryLimitMb = Math.min(config.maxMemoryLimitMb, memoryLimitMb * 2);
    return true;
  }

  function closeIdle(one: Opened): void {
    memoryLimitMb = config.memoryLimitMb;
    void dispose(one);
  }

  /** Throws when the name leads to the open file no longer: what is committed then is gone with the last descriptor. */
  async function refuseReplaced(one: Opened): Promise<void> {
    if (identity !== undefined && (await findIdentity(config.file)) === identity) return;
    one.broken = true;
    throw new TransientError('The warehouse file was removed or replaced while it was open; it is opened anew.');
  }

  async function dispose(one: Opened): Promise<void> {
    clearTimeout(idleTimer);
    one.broken = true;
    await one.instance.then(
      (instance) => instance.closeSync(),
      () => undefined,
    );
    opened = undefined;
    one.gone.resolve();
  }

  async function release(one: Opened): Promise<void> {
    one.users -= 1;
    if (one.users > 0) return;
    if (one.broken || closing) return dispose(one);
    idleTimer = setTimeout(() => closeIdle(one), config.idleMs).unref();
  }

  async function acquire(): Promise<Opened> {
    if (opened?.broken === true) {
      await opened.gone.promise;
      return acquire();
    }
    if (closing) throw new TransientError('The warehouse is closing.');
    clearTimeout(idleTimer);
    opened ??= { instance: open(), gone: Promise.withResolvers(), users: 0, broken: false };
    opened.users += 1;
    return opened;
  }

  return {
    async use(task) {
      const one = await acquire();
      try {
        const instance = await one.instance.catch((error: unknown) => {
          one.broken = true;
          throw error;
        });
        await refuseReplaced(one);
        const connection = await instance.connect();
        try {
          const result = await task(connection);
          await refuseReplaced(one);
          return result;
        } finally {
          connection.closeSync();
        }
      } catch (error) {
        one.broken ||= isFatal(error) || isFatal((error as { cause?: unknown } | null)?.cause);
        throw toSinkError(error);
      } finally {
        await release(one);
      }
    },
    grow() {
      if (closing || !raiseLimit()) return false;
      if (opened !== undefined && !opened.broken) {
        opened.broken = true;
        if (opened.users === 0) void dispose(opened);
      }
      return true;
    },
    async close() {
      closing = true;
      const one = opened;
      if (one === undefined) return;
      if (one.users === 0 && !one.broken) await dispose(one);
      else await one.gone.promise;
    },
  };
}

/** Device and inode, or undefined when there is no file; looking them up opens nothing, so the lock stays. */
async function findIdentity(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found && `${found.dev}:${found.ino}`;
}

/** Removes what a killed process spilled; safe because the file's lock is ours and nothing has run yet. */
async function removeSpilled(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter((each) => each.startsWith('duckdb_temp_'))) await rm(join(directory, name), { force: true });
}
