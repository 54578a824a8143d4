/**
 * The durable buffer between intake and loader: nothing is acknowledged to a client before it is here.
 * Implementations pass `tests/support/buffer-conformance.ts`.
 */

/** What is claimed, loaded and acknowledged on its own, so that one stopped table holds up nobody. */
export interface Stream {
  readonly sourceId: number;
  /** Root table as the client named it. */
  readonly table: string;
}

export interface AppendRequest {
  readonly sourceId: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly batches: readonly AppendBatch[];
}

export interface AppendBatch {
  readonly table: string;
  readonly records: number;
  /** One batch in `src/batch` encoding; ownership passes to the buffer. */
  readonly payload: Uint8Array<ArrayBuffer>;
}

export interface BufferedBatch {
  /** Unique in the buffer, rising in append order, below 2^53. */
  readonly position: number;
  readonly receivedAt: number;
  readonly records: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** The oldest pending batches of one stream, in position order, held until `ack` or `release`. */
export interface Claim {
  readonly stream: Stream;
  /** Highest position of the stream acknowledged before this claim, 0 when none. */
  readonly acknowledged: number;
  readonly batches: readonly BufferedBatch[];
}

export interface StreamBacklog extends Stream {
  readonly batches: number;
  readonly bytes: number;
  /** Highest position acknowledged so far, 0 when none. */
  readonly acknowledged: number;
  readonly claimed: boolean;
}

interface BufferUsage {
  /** Bytes appended and not yet acknowledged, payload and row overhead. */
  readonly pendingBytes: number;
  readonly maxBytes: number;
  readonly maxBytesPerSource: number;
  /** Bytes the buffer's files occupy on disk. */
  readonly diskBytes: number;
}

export interface Buffer {
  /** UUID made when the buffer is created; part of every ledger key. */
  readonly incarnation: string;
  /** Highest position ever assigned. */
  readonly head: number;
  /**
   * Stores all batches of a request in one transaction and resolves after its fsync.
   * Rejects with `BufferFullError` or `BufferUnavailableError`; then nothing of the request is stored.
   * `deadline` (performance.now() milliseconds): an append not begun by then is refused.
   */
  append(request: AppendRequest, options?: { deadline?: number }): Promise<{ lastPosition: number }>;
  /**
   * Takes up to `maxBytes` of encoded payload of a stream, at least one batch. Undefined when nothing is pending or the stream is claimed.
   * Everything at or below the stream's acknowledged position is never handed out again. Rejects with `BufferUnavailableError`.
   */
  claim(stream: Stream, limits: { maxBytes: number; maxBatches?: number }): Promise<Claim | undefined>;
  /**
   * Acknowledges the batches of a claim up to `position` (default: all), durably, and ends the claim. Repeating it changes nothing.
   * Rejects with `BufferUnavailableError` when it cannot be made durable; the claim is then still held.
   */
  ack(claim: Claim, position?: number): Promise<void>;
  /** Ends a claim without acknowledging: its batches are handed out again. Of an ended claim: nothing happens. */
  release(claim: Claim): void;
  /** Every stream with something pending. */
  backlog(): StreamBacklog[];
  usage(): BufferUsage;
  /** Calls back after each commit with the streams that gained a batch. Returns the unsubscriber. */
  onAppend(listener: (streams: readonly Stream[]) => void): () => void;
  /** Finishes what was accepted, closes the files. */
  close(): Promise<void>;
}
