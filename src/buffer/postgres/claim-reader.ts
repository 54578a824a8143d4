import type { Session } from '../../lib/postgres-session.ts';
import type { BufferedBatch } from '../buffer.ts';
import type { ClaimJob } from '../embedded/protocol.ts';
import { streamKey } from '../embedded/stream-key.ts';
import type { OpenedTables } from './open-tables.ts';
import { readBatches } from './segment-table.ts';

/** One turn reads at most this much, so that acknowledgements do not wait for a large claim. */
const turnBytes = 8 * 1024 * 1024;
const turnBatches = 2_000;

/** Reads a claim in turns, in position order over the segments, and hands each to `chunk`. `head`: what is settled by now. */
export async function readClaim(
  job: ClaimJob,
  { opened, desk, head }: { opened: OpenedTables; desk: Session; head: number },
  chunk: (batches: readonly BufferedBatch[]) => void,
): Promise<void> {
  const key = streamKey(job.stream);
  let after = opened.acknowledged.get(key) ?? 0;
  let bytes = 0;
  let count = 0;

  const readTurn = (): Promise<BufferedBatch[]> =>
    desk.run(async (client) => {
      // Looked up in the turn: between two of them a segment may have been rewritten or renamed.
      const segment = opened.set.segments.find(({ parts }) => (parts.get(key)?.last ?? 0) > after);
      const part = segment?.parts.get(key);
      if (segment === undefined || part === undefined) return [];
      return readBatches(client, segment.table, part.streamId, {
        after,
        upTo: head,
        maxBatches: Math.min(turnBatches, job.maxBatches - count),
        maxBytes: Math.min(turnBytes, job.maxBytes - bytes),
        maxFirstBytes: count === 0 ? Number.MAX_SAFE_INTEGER : job.maxBytes - bytes,
      });
    });

  while (count < job.maxBatches) {
    const batches = await readTurn();
    const last = batches.at(-1);
    if (last === undefined) return;
    after = last.position;
    count += batches.length;
    for (const { payload } of batches) bytes += payload.byteLength;
    chunk(batches);
  }
}
