import type { Stream } from '../buffer/buffer.ts';

/** How many batches of a stream go into one window: all that fit, until a window was too much for its destination. */
export interface BatchLimit {
  of(stream: Stream): number;
  /** Halves, after a window of so many batches failed. */
  halve(stream: Stream, batches: number): void;
  /** Widens by a quarter, after a window passed: doubling would fail every other time. */
  widen(stream: Stream): void;
}

export function createBatchLimit(most: number): BatchLimit {
  const limits = new Map<string, number>();
  const keyOf = ({ sourceId, table }: Stream): string => `${sourceId} ${table}`;
  return {
    of: (stream) => limits.get(keyOf(stream)) ?? most,
    halve: (stream, batches) => void limits.set(keyOf(stream), Math.max(1, Math.floor(batches / 2))),
    widen(stream) {
      const limit = limits.get(keyOf(stream));
      if (limit === undefined) return;
      const wider = Math.ceil(limit * 1.25);
      if (wider < most) limits.set(keyOf(stream), wider);
      else limits.delete(keyOf(stream));
    },
  };
}
