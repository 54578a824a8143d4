/** Moves an embedded installation to PostgreSQL: the second composition root, for a command that runs while no server does. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openContents, type BufferContents } from './buffer/embedded/contents.ts';
import { importContents, type ImportedBuffer } from './buffer/postgres/import-contents.ts';
import { describeDatabase } from './lib/postgres.ts';
import { copyStore, type CopiedTable } from './store/copy-store.ts';
import { acquireDataLock } from './store/data-lock.ts';
import { openStore, type Store } from './store/database.ts';
import { findMovedFrom, findMovedTo, MovedError, writeMark } from './store/move-marks.ts';
import { acquireNodeLock, type NodeLock } from './store/node-lock.ts';
import { openPostgresStore } from './store/postgres-store.ts';

export interface MoveOptions {
  readonly dataDirectory: string;
  readonly databaseUrl: string;
  /** Told of each step when it is done. */
  readonly progress: (step: string) => void;
}

export interface Moved {
  /** Nothing was left to do: an earlier move had finished. */
  readonly before: boolean;
  readonly tables: readonly CopiedTable[];
  readonly buffer: ImportedBuffer;
}

/**
 * Copies control store and buffer, compares the copies with their originals, and then hands over: first the embedded store refuses to be
 * served, then PostgreSQL may be. Whatever it was interrupted by, it may be run again.
 * Throws `MovedError`, and the errors of the locks and of both copies.
 */
export async function moveToPostgres(options: MoveOptions): Promise<Moved> {
  const { dataDirectory, databaseUrl: url, progress } = options;
  const storeFile = join(dataDirectory, 'store.db');
  if (!existsSync(storeFile)) throw new MovedError(`${dataDirectory} holds no installation.`);
  await using opened = new AsyncDisposableStack();
  const dataLock = await acquireDataLock({ directory: dataDirectory });
  opened.defer(() => dataLock.release());
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => undefined);
  const node: NodeLock = await acquireNodeLock({ url, onLost: lost.reject });
  opened.defer(() => node.release());

  const from = await openStore({ path: storeFile });
  opened.defer(() => from.close());
  const contents = openContents(join(dataDirectory, 'buffer'));
  opened.defer(() => contents.close());
  const to = await openPostgresStore({ url, node, onLost: lost.reject });
  opened.defer(() => to.close());
  return await Promise.race([lost.promise, move({ from, to, contents, url, progress })]);
}

async function move(parts: {
  from: Store;
  to: Store;
  contents: BufferContents;
  url: string;
  progress: MoveOptions['progress'];
}): Promise<Moved> {
  const { from, to, contents, url, progress } = parts;
  const installation = contents.incarnation;
  if ((await findPhase(from, to, installation)) === 'done') {
    return { before: true, tables: [], buffer: { segments: 0, batches: 0, bytes: 0 } };
  }
  await to.transaction((tx) => writeMark(tx, 'from', { installation, state: 'copying' }));
  const tables = await copyStore(from, to, ({ table, rows }) => progress(`copied ${table}: ${rows} rows`));
  progress('copied the control store');
  const buffer = await importContents(url, contents, ({ number, copied, batches }) =>
    progress(`${copied ? 'copied' : 'found'} segment ${number} of the buffer: ${batches} batches`),
  );
  progress('copied the buffer');
  await from.transaction((tx) => writeMark(tx, 'to', { installation, at: Date.now(), database: describeDatabase(url) }));
  progress('closed the embedded store');
  await to.transaction((tx) => writeMark(tx, 'from', { installation, state: 'done' }));
  progress('opened the PostgreSQL store');
  return { before: false, tables, buffer };
}

/** Throws MovedError when the two do not belong together. */
async function findPhase(from: Store, to: Store, installation: string): Promise<'new' | 'copying' | 'done'> {
  const [movedTo, movedFrom] = [await findMovedTo(from.read), await findMovedFrom(to.read)];
  if (movedFrom === undefined) {
    if (movedTo !== undefined) {
      throw new MovedError(
        `This installation was moved to another database (${movedTo.database}) at ${new Date(movedTo.at).toISOString()}.`,
      );
    }
    // Migrations alone leave no settings; the first start of a server does.
    const used = await to.read.selectFrom('setting').select('name').limit(1).executeTakeFirst();
    if (used !== undefined) throw new MovedError('The database is not empty: it holds another installation.');
    return 'new';
  }
  if (movedFrom.installation !== installation)
    throw new MovedError('The database holds another installation, or the unfinished move of one.');
  if (movedFrom.state === 'copying') return 'copying';
  if (movedTo === undefined) throw new MovedError('The database holds an earlier move of this installation, which was undone here since.');
  return 'done';
}
