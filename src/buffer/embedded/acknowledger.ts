import type { Catalog } from './catalog.ts';
import type { AckJob, Reply } from './protocol.ts';
import type { SegmentSet } from './segment-set.ts';
import { accounted, removeFromPart } from './segment.ts';
import type { Segment } from './segment.ts';
import { streamKey } from './stream-key.ts';

/** An active file emptied beyond this size is unlinked too; below it, a new file would cost more than it gives back. */
const keepEmptyBytes = 4 * 1024 * 1024;

interface Release {
  readonly segment: Segment;
  readonly key: string;
  readonly batches: number;
  readonly bytes: number;
}

/** Commits acknowledgements in one transaction and unlinks the segments they empty. At most one job per stream. */
export function commitAcks(jobs: readonly AckJob[], catalog: Catalog, set: SegmentSet): Reply[] {
  try {
    const releases = jobs.map((job) => planRelease(job, catalog, set));
    catalog.acknowledge(jobs.map(({ stream, position }) => ({ ...stream, position })));
    for (const release of releases.flat()) removeFromPart(release.segment, release.key, release);
    unlinkDrained(set);
    return jobs.map(({ id }, index) => ({ id, outcome: { kind: 'acknowledged', ...sum(releases[index] ?? []) } }));
  } catch (error) {
    const reason = `The buffer could not acknowledge: ${error instanceof Error ? error.message : String(error)}.`;
    return jobs.map(({ id }) => ({ id, outcome: { kind: 'failed', reason } }));
  }
}

function planRelease({ stream, position }: AckJob, catalog: Catalog, set: SegmentSet): Release[] {
  const key = streamKey(stream);
  const floor = catalog.acknowledged(key);
  const releases: Release[] = [];
  for (const segment of set.segments) {
    const part = segment.parts.get(key);
    if (part === undefined) continue;
    if (part.last <= position) {
      releases.push({ segment, key, batches: part.batches, bytes: part.bytes });
      continue;
    }
    const measured = set.open(segment).measure(part.streamId, floor, position);
    releases.push({ segment, key, batches: measured.batches, bytes: accounted(measured) });
    break;
  }
  return releases;
}

function unlinkDrained(set: SegmentSet): void {
  for (const segment of set.segments) {
    if (segment.parts.size > 0 || (segment === set.findActive() && segment.fileBytes < keepEmptyBytes)) continue;
    set.remove(segment);
  }
}

function sum(releases: readonly Release[]): { batches: number; bytes: number } {
  return {
    batches: releases.reduce((total, { batches }) => total + batches, 0),
    bytes: releases.reduce((total, { bytes }) => total + bytes, 0),
  };
}
