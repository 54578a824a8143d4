import { renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalog } from './catalog.ts';
import { planCompaction } from './compaction-plan.ts';
import type { Synchronous } from './database.ts';
import { compactingFile, removeDatabaseFiles, segmentPath, syncDirectory } from './files.ts';
import { createSegmentFile } from './segment-file.ts';
import type { SegmentFile } from './segment-file.ts';
import type { SegmentSet } from './segment-set.ts';
import type { Segment } from './segment.ts';
import { parseStreamKey } from './stream-key.ts';

const stepBytes = 4 * 1024 * 1024;
const stepBatches = 2_000;

interface Compactor {
  /** Does a small piece of work; false when there is nothing to do. Throws when the disk does, then the piece of work is abandoned. */
  step(): boolean;
  /** Drops a rewrite in progress. */
  abandon(): void;
}

interface Rewrite {
  readonly sources: readonly Segment[];
  readonly target: SegmentFile;
  /** Streams still to copy, per source; the first one up to `after`. */
  readonly work: { source: Segment; key: string }[];
  /** By stream key: the stream's id in the new file. */
  readonly streamIds: Map<string, number>;
  after: number;
}

/**
 * Rewrites sealed segments that little live data keeps alive. The new file appears complete, by a rename, and names those it
 * replaces: a crash before the rename leaves the old ones, after it recovery unlinks them.
 */
export function createCompactor(options: {
  directory: string;
  segmentBytes: number;
  synchronous: Synchronous;
  catalog: Catalog;
  set: SegmentSet;
}): Compactor {
  const { directory, segmentBytes, synchronous, catalog, set } = options;
  const path = join(directory, compactingFile);
  let rewrite: Rewrite | undefined;

  const begin = (): Rewrite | undefined => {
    const sources = planCompaction(
      set.segments.filter((segment) => segment !== set.findActive()),
      segmentBytes,
    );
    if (sources === undefined) return undefined;
    removeDatabaseFiles(path);
    const header = { incarnation: catalog.incarnation, replaces: sources.map(({ number }) => number) };
    const target = createSegmentFile(path, header, { synchronous, journal: 'off' });
    const work = sources.flatMap((source) => [...source.parts.keys()].map((key) => ({ source, key })));
    return { sources, target, work, streamIds: new Map(), after: 0 };
  };

  const copySome = (current: Rewrite): void => {
    const { target, work, streamIds } = current;
    const [next] = work;
    const part = next?.source.parts.get(next.key);
    if (next === undefined || part === undefined) {
      // Acknowledged since the rewrite began.
      work.shift();
      current.after = 0;
      return;
    }
    const stream = parseStreamKey(next.key);
    const source = set.open(next.source);
    let bytes = 0;
    let count = 0;
    const finished = target.transaction(() => {
      for (const batch of source.read(part.streamId, Math.max(current.after, catalog.acknowledged(next.key)))) {
        if (bytes >= stepBytes || count >= stepBatches) return false;
        streamIds.set(next.key, target.insert(stream, batch));
        current.after = batch.position;
        bytes += batch.payload.byteLength;
        count += 1;
      }
      return true;
    });
    if (!finished) return;
    work.shift();
    current.after = 0;
  };

  const finish = ({ sources, target, streamIds }: Rewrite): void => {
    const number = set.nextNumber();
    const segment: Segment = {
      number,
      path: segmentPath(directory, number),
      lastPosition: Math.max(...sources.map(({ lastPosition }) => lastPosition)),
      fileBytes: target.contentBytes(),
      parts: new Map(),
    };
    for (const source of sources) mergeParts(segment, source, streamIds);
    target.close();
    rewrite = undefined;
    if (segment.parts.size === 0) return removeDatabaseFiles(path);
    try {
      renameSync(path, segment.path);
      if (synchronous === 'full') syncDirectory(directory);
    } catch (error) {
      // Beside those it replaces it would be loaded instead of them after a restart, and they again after the next rewrite.
      removeDatabaseFiles(segment.path);
      throw error;
    }
    set.replace(sources, segment);
  };

  const abandon = (): void => {
    rewrite?.target.abandon();
    rewrite = undefined;
    removeDatabaseFiles(path);
  };

  return {
    step() {
      try {
        rewrite ??= begin();
        if (rewrite === undefined) return false;
        if (rewrite.work.length > 0) copySome(rewrite);
        else finish(rewrite);
        return true;
      } catch (error) {
        abandon();
        throw error;
      }
    },
    abandon,
  };
}

function mergeParts(segment: Segment, source: Segment, streamIds: ReadonlyMap<string, number>): void {
  for (const [key, { batches, bytes, last }] of source.parts) {
    const streamId = streamIds.get(key);
    if (streamId === undefined) throw new Error('A compaction left out a stream.');
    const part = segment.parts.get(key) ?? { streamId, batches: 0, bytes: 0, last: 0 };
    part.batches += batches;
    part.bytes += bytes;
    part.last = Math.max(part.last, last);
    segment.parts.set(key, part);
  }
}
