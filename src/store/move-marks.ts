/** What a move from the embedded store to PostgreSQL leaves in both, so that never two servers work with one installation. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import type { Store } from './database.ts';
import { findSetting, putSetting } from './queries/setting.ts';
import { storeError } from './sqlite-errors.ts';
import type { Tables } from './tables.ts';

/** This installation may not be served from here. The message says what to do. */
export class MovedError extends Error {
  override readonly name = 'MovedError';
}

/** Left in the embedded store once everything has been copied. */
export interface MovedTo {
  /** The incarnation of the buffer: who moved, and where it is continued. */
  readonly installation: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Database and host, without a password. */
  readonly database: string;
}

/** Kept in PostgreSQL from the beginning of the copying. */
export interface MovedFrom {
  readonly installation: string;
  readonly state: 'copying' | 'done';
}

export const moveMarks = { to: 'moved_to', from: 'moved_from' } as const;

/** Writes a mark over an earlier one. */
export async function writeMark<Name extends keyof typeof moveMarks>(
  tx: Kysely<Tables>,
  name: Name,
  mark: Name extends 'to' ? MovedTo : MovedFrom,
): Promise<void> {
  await putSetting(tx, moveMarks[name], JSON.stringify(mark));
}

/** The mark in an embedded store that was moved. */
export async function findMovedTo(db: Kysely<Tables>): Promise<MovedTo | undefined> {
  return parse<MovedTo>(await findSetting(db, moveMarks.to));
}

/** The mark in PostgreSQL of an installation that was, or is being, moved there. */
export async function findMovedFrom(db: Kysely<Tables>): Promise<MovedFrom | undefined> {
  return parse<MovedFrom>(await findSetting(db, moveMarks.from));
}

/** Throws MovedError when the embedded store was moved; with `undo`, takes the mark away instead: this copy is the living one again. */
export async function requireNotMoved(store: Store, options: { undo: boolean }): Promise<void> {
  const moved = await findMovedTo(store.read);
  if (moved === undefined) return;
  if (!options.undo) {
    throw new MovedError(
      `This installation was moved to PostgreSQL (${moved.database}) at ${new Date(moved.at).toISOString()}: set DATABASE_URL. ` +
        'To go back to the copy that was left here, and lose what PostgreSQL has received since, start once with --undo-move.',
    );
  }
  await store.transaction((tx) => tx.deleteFrom('setting').where('name', '=', moveMarks.to).execute());
}

/** Throws MovedError while a move into this PostgreSQL store is unfinished. */
export async function requireMoveFinished(store: Store): Promise<void> {
  const moved = await findMovedFrom(store.read);
  if (moved?.state === 'copying') throw new MovedError('A move to this database is not finished: run thimble move again.');
}

/**
 * Throws MovedError when a data directory holds an embedded store with accounts that was not moved: serving it with PostgreSQL would
 * leave those accounts, and what waits in their buffer, behind. The file is only read.
 */
export function requireNoEmbeddedStore(file: string): void {
  if (!existsSync(file)) return;
  if (readEmbedded(file, 'select 1 as found from account limit 1') === undefined) return;
  if (readEmbedded(file, `select 1 as found from setting where name = '${moveMarks.to}'`) !== undefined) return;
  throw new MovedError(
    `${file} holds an installation that was not moved to PostgreSQL: run thimble move, or unset DATABASE_URL, or choose another data directory.`,
  );
}

function readEmbedded(file: string, sql: string): unknown {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: 1000 });
    return database.prepare(sql).get();
  } catch (error) {
    // A start that ended before the first migration left no tables.
    if (error instanceof Error && error.message.startsWith('no such table')) return undefined;
    throw storeError(error);
  } finally {
    database?.close();
  }
}

function parse<Mark>(text: string | undefined): Mark | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Mark);
}
