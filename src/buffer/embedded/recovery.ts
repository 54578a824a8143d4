import { join } from 'node:path';
import { openCatalog } from './catalog.ts';
import type { Catalog } from './catalog.ts';
import type { Synchronous } from './database.ts';
import { catalogFile, compactingFile, listSegments, makeDirectory, removeDatabaseFiles, segmentPath } from './files.ts';
import { openSegmentFile } from './segment-file.ts';
import type { SegmentFile } from './segment-file.ts';
import { addToPart } from './segment.ts';
import type { Segment } from './segment.ts';
import { streamKey } from './stream-key.ts';

interface Recovered {
  readonly catalog: Catalog;
  /** Those with something pending, in position order. */
  readonly segments: Segment[];
  /** Highest position ever assigned. */
  readonly head: number;
}

/** Opens what a directory holds after a clean stop or a crash; throws when it is in use, damaged or incomplete. */
export function recover(directory: string, synchronous: Synchronous): Recovered {
  makeDirectory(directory);
  const numbers = listSegments(directory);
  const catalog = openCatalog(join(directory, catalogFile), { synchronous, mayCreate: numbers.length === 0 });
  try {
    removeDatabaseFiles(join(directory, compactingFile));
    const found = numbers.map((number) => readSegment(directory, number, { catalog, synchronous }));
    const replaced = new Set(found.flatMap(({ replaces }) => replaces));
    const segments = found.map(({ segment }) => segment).sort((a, b) => a.lastPosition - b.lastPosition);
    const useless = segments.filter(({ number, parts }) => replaced.has(number) || parts.size === 0);
    for (const segment of useless) removeDatabaseFiles(segment.path);
    return {
      catalog,
      segments: segments.filter((segment) => !useless.includes(segment)),
      head: Math.max(catalog.floor, ...segments.map(({ lastPosition }) => lastPosition)),
    };
  } catch (error) {
    catalog.close();
    throw error;
  }
}

function readSegment(
  directory: string,
  number: number,
  { catalog, synchronous }: { catalog: Catalog; synchronous: Synchronous },
): { segment: Segment; replaces: readonly number[] } {
  const path = segmentPath(directory, number);
  let file: SegmentFile;
  try {
    file = openSegmentFile(path, { synchronous, journal: 'keep' });
  } catch (error) {
    throw new Error(`Segment ${number} of the buffer cannot be read: ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    });
  }
  try {
    const segment: Segment = { number, path, lastPosition: 0, fileBytes: 0, parts: new Map() };
    if (file.header === undefined) return { segment, replaces: [] };
    if (file.header.incarnation !== catalog.incarnation) throw new Error(`Segment ${number} belongs to another buffer.`);
    for (const stream of file.streams()) {
      const key = streamKey(stream);
      const pending = file.measure(stream.id, catalog.acknowledged(key), Number.MAX_SAFE_INTEGER);
      if (pending.batches > 0) addToPart(segment, key, stream.id, pending);
    }
    segment.lastPosition = file.lastPosition();
    segment.fileBytes = file.contentBytes();
    return { segment, replaces: file.header.replaces };
  } finally {
    file.close();
  }
}
