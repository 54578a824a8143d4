import type { BufferedBatch } from '../buffer.ts';
import type { ClaimJob } from './protocol.ts';
import type { SegmentSet } from './segment-set.ts';
import { streamKey } from './stream-key.ts';

/** One turn reads at most this much, so that appends do not wait for a large claim. */
const turnBytes = 4 * 1024 * 1024;
const turnBatches = 2_000;

export interface ClaimReader {
  readonly job: ClaimJob;
  /** The next batches of the stream; `done` when the claim is complete. */
  readTurn(): { batches: BufferedBatch[]; done: boolean };
}

/** Reads a claim in turns, in position order across segment files, from above `acknowledged`. */
export function createClaimReader(job: ClaimJob, set: SegmentSet, acknowledged: number): ClaimReader {
  const key = streamKey(job.stream);
  let after = acknowledged;
  let bytes = 0;
  let count = 0;
  return {
    job,
    readTurn() {
      const batches: BufferedBatch[] = [];
      let turn = 0;
      for (const segment of set.segments) {
        const part = segment.parts.get(key);
        if (part === undefined || part.last <= after) continue;
        for (const row of set.open(segment).read(part.streamId, after)) {
          if (count > 0 && (bytes + row.payload.byteLength > job.maxBytes || count >= job.maxBatches)) return { batches, done: true };
          batches.push(row);
          after = row.position;
          bytes += row.payload.byteLength;
          turn += row.payload.byteLength;
          count += 1;
          if (turn >= turnBytes || batches.length >= turnBatches) return { batches, done: false };
        }
      }
      return { batches, done: true };
    },
  };
}
