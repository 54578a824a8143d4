import type { AppendBatch, Stream } from '../buffer.ts';
import type { ClaimParcel } from './claim-parcel.ts';
import type { Synchronous } from './database.ts';

/** What the writer thread is started with. */
export interface WriterOptions {
  readonly directory: string;
  readonly segmentBytes: number;
  readonly reserveBytes: number | undefined;
  readonly synchronous: Synchronous;
}

export interface AppendJob {
  readonly kind: 'append';
  readonly id: number;
  readonly sourceId: number;
  readonly receivedAt: number;
  /** `monotonicMs` after which it may not begin. */
  readonly deadlineMs: number;
  readonly batches: readonly AppendBatch[];
}

export interface ClaimJob {
  readonly kind: 'claim';
  readonly id: number;
  readonly stream: Stream;
  readonly maxBytes: number;
  readonly maxBatches: number;
}

export interface AckJob {
  readonly kind: 'ack';
  readonly id: number;
  readonly stream: Stream;
  readonly position: number;
}

export interface CloseJob {
  readonly kind: 'close';
  readonly id: number;
}

export type UnpackedJob = ClaimJob | AckJob | CloseJob;
export type Job = AppendJob | UnpackedJob;

/** A job as its caller states it; the link numbers it. */
export type UnnumberedJob = Job extends infer Each ? (Each extends Job ? Omit<Each, 'id'> : never) : never;

export type Outcome =
  | { readonly kind: 'appended'; readonly lastPosition: number }
  | { readonly kind: 'acknowledged'; readonly batches: number; readonly bytes: number }
  /** Everything claimed was sent in `chunk` messages before. */
  | { readonly kind: 'claimed' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'closed' };

export interface Reply {
  readonly id: number;
  readonly outcome: Outcome;
}

export interface OpenedStream extends Stream {
  readonly batches: number;
  readonly bytes: number;
}

export type ThreadMessage =
  | {
      readonly kind: 'opened';
      readonly incarnation: string;
      readonly head: number;
      readonly diskBytes: number;
      /** Streams with something pending. */
      readonly streams: readonly OpenedStream[];
      readonly acknowledged: readonly (readonly [key: string, position: number])[];
    }
  | { readonly kind: 'open-failed'; readonly reason: string }
  | { readonly kind: 'chunk'; readonly id: number; readonly batches: ClaimParcel }
  | {
      readonly kind: 'replies';
      /** Pairs of the id and the last position of an append that is stored. */
      readonly appended: Float64Array;
      readonly replies: readonly Reply[];
      /** How many appends are answered here, stored or not. */
      readonly answered: number;
      readonly diskBytes: number;
    };

/** A clock all threads of the process share, unlike `performance.now()`; milliseconds. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
