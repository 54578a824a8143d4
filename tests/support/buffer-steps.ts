import type { Buffer, BufferedBatch, Claim, Stream } from '../../src/buffer/buffer.ts';

/** Appends one batch; resolves with its position. */
export async function appendOne(buffer: Buffer, stream: Stream, payload: Uint8Array<ArrayBuffer>, records = 1): Promise<number> {
  const request = { sourceId: stream.sourceId, receivedAt: 1, batches: [{ table: stream.table, records, payload }] };
  return (await buffer.append(request)).lastPosition;
}

/** Claims all of a stream, however large, and fails when there is nothing. */
export async function claimAll(buffer: Buffer, stream: Stream): Promise<Claim> {
  const claim = await buffer.claim(stream, { maxBytes: Number.MAX_SAFE_INTEGER });
  if (claim === undefined) throw new Error('Nothing to claim.');
  return claim;
}

/** Drains a stream in claims of at most `maxBytes`; returns its batches in the order they were handed out. */
export async function drainStream(buffer: Buffer, stream: Stream, maxBytes = 32 * 1024 * 1024): Promise<BufferedBatch[]> {
  const batches: BufferedBatch[] = [];
  for (;;) {
    const claim = await buffer.claim(stream, { maxBytes });
    if (claim === undefined) return batches;
    batches.push(...claim.batches);
    await buffer.ack(claim);
  }
}
