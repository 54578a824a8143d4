import type { Stream, StreamBacklog } from '../buffer.ts';
import { BufferFullError } from '../errors.ts';
import type { OpenedStream } from './protocol.ts';
import { streamKey } from './stream-key.ts';

interface Limits {
  readonly maxBytes: number;
  readonly maxBytesPerSource: number;
}

interface PendingStream extends Stream {
  batches: number;
  bytes: number;
}

/** Counts what is pending, with appends still in flight, so that the bounds hold exactly. */
export interface Accounts {
  /** Takes bytes for an append or throws `BufferFullError`. */
  reserve(sourceId: number, bytes: number): void;
  /** Gives back the bytes of an append that was not stored, or of acknowledged batches. */
  giveBack(sourceId: number, bytes: number): void;
  /** Counts a stored append; its bytes were reserved. Adds the streams that gained a batch to `gained`, by their keys. */
  store(sourceId: number, batches: readonly { table: string; bytes: number }[], gained: Map<string, Stream>): void;
  acknowledge(stream: Stream, counts: { batches: number; bytes: number }, position: number): void;
  acknowledged(stream: Stream): number;
  isPending(stream: Stream): boolean;
  /** Takes the claim on a stream; false when it is taken. */
  hold(stream: Stream): boolean;
  letGo(stream: Stream): void;
  pendingBytes(): number;
  backlog(): StreamBacklog[];
}

/** Starts from what recovery found. */
export function createAccounts(
  limits: Limits,
  opened: { streams: readonly OpenedStream[]; acknowledged: readonly (readonly [key: string, position: number])[] },
): Accounts {
  const streams = new Map<string, PendingStream>();
  const sources = new Map<number, number>();
  const acknowledged = new Map(opened.acknowledged);
  const claimed = new Set<string>();
  let total = 0;

  const change = (sourceId: number, bytes: number): void => {
    total += bytes;
    const sourceBytes = (sources.get(sourceId) ?? 0) + bytes;
    if (sourceBytes === 0) sources.delete(sourceId);
    else sources.set(sourceId, sourceBytes);
  };

  const streamOf = (key: string, sourceId: number, table: string): PendingStream => {
    let stream = streams.get(key);
    if (stream === undefined) streams.set(key, (stream = { sourceId, table: table.toWellFormed(), batches: 0, bytes: 0 }));
    return stream;
  };

  for (const { sourceId, table, batches, bytes } of opened.streams) {
    change(sourceId, bytes);
    const stream = streamOf(streamKey({ sourceId, table }), sourceId, table);
    stream.batches += batches;
    stream.bytes += bytes;
  }

  return {
    reserve(sourceId, bytes) {
      if ((sources.get(sourceId) ?? 0) + bytes > limits.maxBytesPerSource) throw new BufferFullError('source');
      if (total + bytes > limits.maxBytes) throw new BufferFullError('total');
      change(sourceId, bytes);
    },
    giveBack: (sourceId, bytes) => change(sourceId, -bytes),
    store(sourceId, batches, gained) {
      for (const { table, bytes } of batches) {
        const key = streamKey({ sourceId, table });
        const stream = streamOf(key, sourceId, table);
        stream.batches += 1;
        stream.bytes += bytes;
        if (!gained.has(key)) gained.set(key, { sourceId, table: stream.table });
      }
    },
    acknowledge(stream, { batches, bytes }, position) {
      const key = streamKey(stream);
      acknowledged.set(key, Math.max(acknowledged.get(key) ?? 0, position));
      const pending = streams.get(key);
      if (pending === undefined) return;
      pending.batches -= batches;
      pending.bytes -= bytes;
      if (pending.batches === 0) streams.delete(key);
      change(stream.sourceId, -bytes);
    },
    acknowledged: (stream) => acknowledged.get(streamKey(stream)) ?? 0,
    isPending: (stream) => streams.has(streamKey(stream)),
    hold(stream) {
      const key = streamKey(stream);
      if (claimed.has(key)) return false;
      claimed.add(key);
      return true;
    },
    letGo: (stream) => void claimed.delete(streamKey(stream)),
    pendingBytes: () => total,
    backlog: () =>
      [...streams].map(([key, stream]) => ({ ...stream, acknowledged: acknowledged.get(key) ?? 0, claimed: claimed.has(key) })),
  };
}
