import type { AppendBatch, Stream, StreamBacklog } from '../buffer.ts';
import { BufferFullError } from '../errors.ts';
import { batchBytes } from './batch-size.ts';
import type { OpenedStream } from './protocol.ts';
import { streamKey } from './stream-key.ts';

interface Limits {
  readonly maxBytes: number;
  readonly maxBytesPerSource: number;
}

/** Counts what is pending, with appends still in flight, so that the bounds hold exactly. */
export interface Accounts {
  /** Takes bytes for an append or throws `BufferFullError`. */
  reserve(sourceId: number, bytes: number): void;
  /** Gives back the bytes of an append that was not stored, or of acknowledged batches. */
  giveBack(sourceId: number, bytes: number): void;
  /** Counts a stored append; its bytes were reserved. Returns the streams that gained a batch. */
  store(sourceId: number, batches: readonly { table: string; bytes: number }[]): Stream[];
  acknowledge(stream: Stream, counts: { batches: number; bytes: number }, position: number): void;
  acknowledged(stream: Stream): number;
  isPending(stream: Stream): boolean;
  /** Takes the claim on a stream; false when it is taken. */
  hold(stream: Stream): boolean;
  letGo(stream: Stream): void;
  pendingBytes(): number;
  backlog(): StreamBacklog[];
}

/** Bytes a request counts for. */
export function requestBytes(batches: readonly AppendBatch[]): number {
  return batches.reduce((bytes, { payload }) => bytes + batchBytes(payload.byteLength), 0);
}

/** Starts from what recovery found. */
export function createAccounts(
  limits: Limits,
  opened: { streams: readonly OpenedStream[]; acknowledged: readonly (readonly [key: string, position: number])[] },
): Accounts {
  const streams = new Map<string, { sourceId: number; table: string; batches: number; bytes: number }>();
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

  const add = ({ sourceId, table, batches, bytes }: OpenedStream): void => {
    const key = streamKey({ sourceId, table });
    const stream = streams.get(key) ?? { sourceId, table: table.toWellFormed(), batches: 0, bytes: 0 };
    stream.batches += batches;
    stream.bytes += bytes;
    streams.set(key, stream);
  };

  for (const stream of opened.streams) {
    change(stream.sourceId, stream.bytes);
    add(stream);
  }

  return {
    reserve(sourceId, bytes) {
      if ((sources.get(sourceId) ?? 0) + bytes > limits.maxBytesPerSource) throw new BufferFullError('source');
      if (total + bytes > limits.maxBytes) throw new BufferFullError('total');
      change(sourceId, bytes);
    },
    giveBack: (sourceId, bytes) => change(sourceId, -bytes),
    store(sourceId, batches) {
      for (const { table, bytes } of batches) add({ sourceId, table, batches: 1, bytes });
      return [...new Set(batches.map(({ table }) => table.toWellFormed()))].map((table) => ({ sourceId, table }));
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
