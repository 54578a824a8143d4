import type { DatabaseSync } from 'node:sqlite';
import type { BufferedBatch, Stream } from '../buffer.ts';
import { inTransaction, openDatabase } from './database.ts';
import type { Synchronous } from './database.ts';
import { streamKey } from './stream-key.ts';

const schema = `
  CREATE TABLE header (incarnation TEXT NOT NULL, replaces TEXT NOT NULL, failed_commits INTEGER NOT NULL) STRICT;
  CREATE TABLE stream (id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (source_id, name)) STRICT;
  CREATE TABLE batch (
    position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, received_at INTEGER NOT NULL, records INTEGER NOT NULL,
    bytes INTEGER NOT NULL, payload BLOB NOT NULL
  ) STRICT;
  CREATE INDEX batch_of_stream ON batch (stream, position, bytes);`;

const pageBytes = 16_384;
const walBytes = 8 * 1024 * 1024;

export interface SegmentHeader {
  readonly incarnation: string;
  /** Numbers of the segments whose live batches this one took over; they are void. */
  readonly replaces: readonly number[];
}

export interface Measure {
  readonly batches: number;
  /** Payload bytes. */
  readonly bytes: number;
  /** Highest position, 0 when there is none. */
  readonly last: number;
}

/** One open segment file. Batches are only ever added; what is acknowledged leaves with the whole file. */
export interface SegmentFile {
  /** Undefined when a crash left the file without its tables. */
  readonly header: SegmentHeader | undefined;
  /** Runs `write` in one transaction, durable on return; when it throws, nothing of it is stored. */
  transaction<T>(write: () => T): T;
  /** Adds a batch, inside `transaction`; returns the stream's id in this file. */
  insert(stream: Stream, batch: BufferedBatch): number;
  /** The batches of a stream above a position, rising. */
  read(streamId: number, after: number): IterableIterator<BufferedBatch>;
  /** Counts the batches of a stream in `(after, upTo]` without touching their payloads. */
  measure(streamId: number, after: number, upTo: number): Measure;
  streams(): (Stream & { readonly id: number })[];
  lastPosition(): number;
  /** Bytes of the file once its log is copied into it. */
  contentBytes(): number;
  /** Copies the log into the file and closes it: nothing is appended any more. */
  seal(): void;
  close(): void;
  /** Closes a file that is about to be unlinked, without making it durable first. */
  abandon(): void;
}

/** Makes a segment file; `journal: 'off'` for one nobody sees before it is complete. */
export function createSegmentFile(
  path: string,
  header: SegmentHeader,
  options: { synchronous: Synchronous; journal: 'wal' | 'off' },
): SegmentFile {
  const database = openDatabase(path, { ...options, pageBytes, walBytes });
  try {
    inTransaction(database, () => {
      database.exec(schema);
      database.prepare('INSERT INTO header VALUES (?, ?, 0)').run(header.incarnation, JSON.stringify(header.replaces));
    });
    return segmentFile(database, header);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens an existing segment file, `journal: 'keep'` for reading; throws SQLite's error when it is damaged or held by another process. */
export function openSegmentFile(path: string, options: { synchronous: Synchronous; journal: 'wal' | 'keep' }): SegmentFile {
  const database = openDatabase(path, { ...options, pageBytes, walBytes });
  try {
    return segmentFile(database, findHeader(database));
  } catch (error) {
    database.close();
    throw error;
  }
}

function findHeader(database: DatabaseSync): SegmentHeader | undefined {
  if (database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'header'`).get() === undefined) return undefined;
  const row = database.prepare('SELECT incarnation, replaces FROM header').get();
  return { incarnation: String(row?.['incarnation']), replaces: JSON.parse(String(row?.['replaces'])) as number[] };
}

function segmentFile(database: DatabaseSync, header: SegmentHeader | undefined): SegmentFile {
  const streamIds = new Map<string, number>();
  // A file without tables has no statements; it is closed and unlinked by whoever opened it.
  const prepare = (sql: string) => database.prepare(header === undefined ? 'SELECT 1' : sql);
  const findStream = prepare('SELECT id FROM stream WHERE source_id = ? AND name = ?');
  const addStream = prepare('INSERT INTO stream (source_id, name) VALUES (?, ?)');
  const addBatch = prepare('INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?)');
  const readBatches = prepare(
    'SELECT position, received_at AS receivedAt, records, payload FROM batch WHERE stream = ? AND position > ? ORDER BY position',
  );
  const measure = prepare(
    `SELECT count(*) AS batches, coalesce(sum(bytes), 0) AS bytes, coalesce(max(position), 0) AS last
     FROM batch WHERE stream = ? AND position > ? AND position <= ?`,
  );
  const pageCount = database.prepare('PRAGMA page_count');

  const idOf = ({ sourceId, table }: Stream): number => {
    const key = streamKey({ sourceId, table });
    let id = streamIds.get(key);
    if (id === undefined) {
      const name = table.toWellFormed();
      id = Number(findStream.get(sourceId, name)?.['id'] ?? addStream.run(sourceId, name).lastInsertRowid);
      streamIds.set(key, id);
    }
    return id;
  };

  return {
    header,
    transaction(write) {
      try {
        return inTransaction(database, write);
      } catch (error) {
        streamIds.clear();
        overwriteFailedCommit(database);
        throw error;
      }
    },
    insert(stream, { position, receivedAt, records, payload }) {
      const id = idOf(stream);
      addBatch.run(position, id, receivedAt, records, payload.byteLength, payload);
      return id;
    },
    read: (streamId, after) => readBatches.iterate(streamId, after) as unknown as IterableIterator<BufferedBatch>,
    measure: (streamId, after, upTo) => measure.get(streamId, after, upTo) as unknown as Measure,
    streams: () =>
      database.prepare('SELECT id, source_id AS sourceId, name AS "table" FROM stream').all() as unknown as (Stream & { id: number })[],
    lastPosition: () => Number(database.prepare('SELECT coalesce(max(position), 0) AS last FROM batch').get()?.['last']),
    contentBytes: () => Number(pageCount.get()?.['page_count']) * pageBytes,
    seal() {
      try {
        database.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
      } finally {
        database.close();
      }
    },
    close: () => database.close(),
    abandon() {
      database.exec('PRAGMA synchronous = OFF');
      database.close();
    },
  };
}

/**
 * A commit that failed at its fsync may still lie complete in the log and would come back after a crash.
 * The next frame written takes its place; its space exists, so this works on a full disk too.
 */
function overwriteFailedCommit(database: DatabaseSync): void {
  try {
    database.exec('UPDATE header SET failed_commits = failed_commits + 1');
  } catch {
    // The next append to this file does the same.
  }
}
