import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const companions = ['', '-wal', '-journal', '-shm'];

export const catalogFile = 'catalog.sqlite';
/** A compaction in progress; worth nothing after a crash. */
export const compactingFile = 'compacting.sqlite';

/** Path of the segment file with this number. */
export function segmentPath(directory: string, number: number): string {
  return join(directory, `segment-${String(number).padStart(8, '0')}.sqlite`);
}

/** Numbers of the segment files in the directory, rising. */
export function listSegments(directory: string): number[] {
  const numbers = readdirSync(directory).flatMap((name) => /^segment-(\d+)\.sqlite$/.exec(name)?.[1] ?? []);
  return numbers.map(Number).sort((a, b) => a - b);
}

/** Unlinks an SQLite file with its log and journal. */
export function removeDatabaseFiles(path: string): void {
  for (const companion of companions) rmSync(path + companion, { force: true });
}

/** Bytes an SQLite file, its log and its journal occupy. */
export function databaseFileBytes(path: string): number {
  return companions.reduce((bytes, companion) => bytes + (statSync(path + companion, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Makes created, renamed and unlinked names in a directory durable. */
export function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Creates the directory with its parents so that a power cut does not take the names back. */
export function makeDirectory(directory: string): void {
  const first = mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let path = directory; path !== dirname(first); path = dirname(path)) syncDirectory(dirname(path));
}

/** Bytes an unprivileged process may still write on the file system of `directory`, and the size of that file system. */
export function diskSpace(directory: string): { freeBytes: number; totalBytes: number } {
  const { bavail, blocks, bsize } = statfsSync(directory);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
