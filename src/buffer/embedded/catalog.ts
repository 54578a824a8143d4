import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Stream } from '../buffer.ts';
import { inTransaction, isStorageFailure, openDatabase } from './database.ts';
import type { Synchronous } from './database.ts';
import { streamKey } from './stream-key.ts';

const schema = `
  CREATE TABLE buffer (format INTEGER NOT NULL, incarnation TEXT NOT NULL, floor INTEGER NOT NULL) STRICT;
  CREATE TABLE stream (
    source_id INTEGER NOT NULL, name TEXT NOT NULL, acknowledged INTEGER NOT NULL, PRIMARY KEY (source_id, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE room (bytes BLOB NOT NULL) STRICT;`;

const format = 1;
const pageBytes = 4096;
const walBytes = 256 * 1024;
/** Kept free inside the file and its log, so that acknowledging needs no disk space. */
const roomBytes = 512 * 1024;

interface Acknowledgement extends Stream {
  readonly position: number;
}

/** What must outlive the segment files: the buffer's identity and how far each stream is acknowledged. */
export interface Catalog {
  readonly incarnation: string;
  /** No position at or below this is assigned again. */
  readonly floor: number;
  acknowledged(key: string): number;
  /** Every stream that was ever acknowledged. */
  acknowledgements(): IterableIterator<[key: string, position: number]>;
  /** Stores all of them in one transaction; throws when it cannot, then none is stored. */
  acknowledge(entries: readonly Acknowledgement[]): void;
  close(): void;
}

/** Opens the catalogue, making one when `mayCreate`; throws when it is held by another process, missing or not ours. */
export function openCatalog(path: string, options: { synchronous: Synchronous; mayCreate: boolean }): Catalog {
  const database = openDatabase(path, { synchronous: options.synchronous, pageBytes, walBytes, journal: 'wal' });
  try {
    const { incarnation, floor } = findIdentity(database) ?? create(database, options.mayCreate);
    keepRoom(database);
    return withIdentity(database, incarnation, floor);
  } catch (error) {
    database.close();
    throw error;
  }
}

function withIdentity(database: DatabaseSync, incarnation: string, floor: number): Catalog {
  const acknowledged = new Map<string, number>();
  for (const row of database.prepare('SELECT source_id, name, acknowledged FROM stream').iterate()) {
    acknowledged.set(streamKey({ sourceId: Number(row['source_id']), table: String(row['name']) }), Number(row['acknowledged']));
  }
  const store = database.prepare(
    `INSERT INTO stream VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET acknowledged = max(acknowledged, excluded.acknowledged)`,
  );
  const raiseFloor = database.prepare('UPDATE buffer SET floor = max(floor, ?)');
  return {
    incarnation,
    floor,
    acknowledged: (key) => acknowledged.get(key) ?? 0,
    acknowledgements: () => acknowledged.entries(),
    acknowledge(entries) {
      inTransaction(database, () => {
        for (const { sourceId, table, position } of entries) store.run(sourceId, table.toWellFormed(), position);
        raiseFloor.run(Math.max(...entries.map((entry) => entry.position)));
      });
      for (const entry of entries) {
        const key = streamKey(entry);
        acknowledged.set(key, Math.max(acknowledged.get(key) ?? 0, entry.position));
      }
    },
    close: () => database.close(),
  };
}

function findIdentity(database: DatabaseSync): { incarnation: string; floor: number } | undefined {
  const made = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'buffer'`).get();
  if (made === undefined) return undefined;
  const row = database.prepare('SELECT format, incarnation, floor FROM buffer').get();
  if (row === undefined || row['format'] !== format) throw new Error('The buffer was written by another version of Thimble.');
  return { incarnation: String(row['incarnation']), floor: Number(row['floor']) };
}

function create(database: DatabaseSync, mayCreate: boolean): { incarnation: string; floor: number } {
  if (!mayCreate)
    throw new Error('The buffer has segment files but no catalogue: what was loaded already is not known. Restore the catalogue.');
  const incarnation = randomUUID();
  inTransaction(database, () => {
    database.exec(schema);
    database.prepare('INSERT INTO buffer VALUES (?, ?, 0)').run(format, incarnation);
  });
  return { incarnation, floor: 0 };
}

/** Without room on the disk the buffer still opens: what it holds can then be loaded. */
function keepRoom(database: DatabaseSync): void {
  try {
    inTransaction(database, () => database.prepare('INSERT INTO room VALUES (zeroblob(?))').run(roomBytes));
    inTransaction(database, () => database.exec('DELETE FROM room'));
  } catch (error) {
    if (!isStorageFailure(error)) throw error;
  }
}
