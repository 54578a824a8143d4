import type { Synchronous } from './database.ts';
import { databaseFileBytes, removeDatabaseFiles, segmentPath, syncDirectory } from './files.ts';
import { createSegmentFile, openSegmentFile } from './segment-file.ts';
import type { SegmentFile } from './segment-file.ts';
import type { Segment } from './segment.ts';

interface SegmentSetOptions {
  readonly directory: string;
  readonly incarnation: string;
  readonly synchronous: Synchronous;
  /** What recovery found, in position order. */
  readonly segments: readonly Segment[];
  /** The last of them takes appends when it is smaller than this. */
  readonly segmentBytes: number;
}

/** The segment files in position order; the last one may be active, which means that it takes appends. */
export interface SegmentSet {
  readonly segments: readonly Segment[];
  /** The segment appends go to, made when there is none. */
  active(): { segment: Segment; file: SegmentFile };
  findActive(): Segment | undefined;
  /** Ends the active segment; the next append makes a new one. */
  sealActive(): void;
  /** The open file of a segment; valid until the next call. */
  open(segment: Segment): SegmentFile;
  /** Unlinks a segment and gives its disk space back. */
  remove(segment: Segment): void;
  /** Puts a compacted segment, already on disk, in the place of neighbours. */
  replace(old: readonly Segment[], segment: Segment): void;
  /** A file number never used before: those a compacted segment names must stay void. */
  nextNumber(): number;
  diskBytes(): number;
  close(): void;
}

const maxOpenSealed = 4;

/** Manages the segment files of one directory that recovery found and those that follow. */
export function createSegmentSet(options: SegmentSetOptions): SegmentSet {
  const { directory, incarnation, synchronous } = options;
  let segments = [...options.segments];
  const newest = segments.at(-1);
  let active = newest !== undefined && newest.fileBytes < options.segmentBytes ? newest : undefined;
  // Least recently used first.
  const openFiles = new Map<Segment, SegmentFile>();

  const closeFile = (segment: Segment, how: 'close' | 'seal' | 'abandon'): void => {
    const file = openFiles.get(segment);
    openFiles.delete(segment);
    file?.[how]();
  };

  const open = (segment: Segment): SegmentFile => {
    const file = openFiles.get(segment) ?? openSegmentFile(segment.path, { synchronous, journal: segment === active ? 'wal' : 'keep' });
    openFiles.delete(segment);
    openFiles.set(segment, file);
    for (const other of openFiles.keys()) {
      if (openFiles.size <= maxOpenSealed + 1) break;
      if (other !== active && other !== segment) closeFile(other, 'close');
    }
    return file;
  };

  let lastNumber = segments.reduce((highest, { number }) => Math.max(highest, number), 0);
  const nextNumber = (): number => (lastNumber += 1);

  const remove = (segment: Segment): void => {
    if (segment === active) active = undefined;
    segments = segments.filter((other) => other !== segment);
    try {
      closeFile(segment, 'abandon');
      removeDatabaseFiles(segment.path);
    } catch {
      // It is drained or replaced: the next start finds it so and unlinks it.
    }
  };

  const create = (): Segment => {
    const number = nextNumber();
    const path = segmentPath(directory, number);
    try {
      const file = createSegmentFile(path, { incarnation, replaces: [] }, { synchronous, journal: 'wal' });
      const segment: Segment = { number, path, lastPosition: 0, fileBytes: file.contentBytes(), parts: new Map() };
      openFiles.set(segment, file);
      if (synchronous === 'full') syncDirectory(directory);
      segments.push(segment);
      return segment;
    } catch (error) {
      removeDatabaseFiles(path);
      throw error;
    }
  };

  return {
    get segments() {
      return segments;
    },
    active() {
      active ??= create();
      return { segment: active, file: open(active) };
    },
    findActive: () => active,
    sealActive() {
      const sealed = active;
      if (sealed === undefined) return;
      active = undefined;
      try {
        closeFile(sealed, 'seal');
      } catch {
        // On a full disk its log stays beside it and is read with it.
      }
    },
    open,
    remove,
    replace(old, segment) {
      const at = segments.findIndex((other) => old.includes(other));
      segments.splice(at, 0, segment);
      for (const other of old) remove(other);
    },
    nextNumber,
    diskBytes() {
      const sealed = segments.reduce((bytes, segment) => bytes + (segment === active ? 0 : segment.fileBytes), 0);
      return sealed + (active === undefined ? 0 : databaseFileBytes(active.path));
    },
    close() {
      for (const segment of openFiles.keys()) closeFile(segment, 'close');
    },
  };
}
