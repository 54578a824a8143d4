import { liveBytes } from './segment.ts';
import type { Segment } from './segment.ts';

/** A segment is light when less than this share of a full one is still to be loaded. */
const lightShare = 0.25;
/** What a file occupies before its first batch, in bytes, rounded up. */
const emptyFileBytes = 128 * 1024;
/** So many light neighbours are merged even when that frees little, to bound the number of files. */
const maxLightNeighbours = 16;

/**
 * Picks neighbouring sealed segments to rewrite as one: light ones whose files hold four times what is live, or many small ones.
 * Undefined when nothing is worth it. Files below half a segment are left alone, so a rewrite is never its own reason.
 */
export function planCompaction(sealed: readonly Segment[], segmentBytes: number): Segment[] | undefined {
  let run: Segment[] = [];
  let live = 0;
  let occupied = 0;
  for (const segment of sealed) {
    const bytes = liveBytes(segment);
    const light = bytes < lightShare * segmentBytes && bytes < segment.fileBytes;
    if (!light || live + bytes > segmentBytes / 2) {
      if (isWorthIt(run, live, occupied, segmentBytes)) return run;
      [run, live, occupied] = [[], 0, 0];
    }
    if (!light) continue;
    run = [...run, segment];
    live += bytes;
    occupied += segment.fileBytes;
  }
  return isWorthIt(run, live, occupied, segmentBytes) ? run : undefined;
}

function isWorthIt(run: readonly Segment[], live: number, occupied: number, segmentBytes: number): boolean {
  return run.length >= maxLightNeighbours || (occupied >= segmentBytes / 2 && occupied > (live + emptyFileBytes) / lightShare);
}
