import { growWords } from '../lib/free-memory.ts';
import type { Batch } from '../batch/batch.ts';
import { absentTime } from '../batch/batch.ts';

/** Where each accepted root row came from: what its system columns are made of (loading.md §8.1). */
export interface RootRows {
  push(batchIndex: number, messageIndex: number, origin: RowOrigin): void;
  sequences(): BigInt64Array;
  /** Index of the batch per row. */
  batches(): Uint32Array;
  /** Index of the message in its batch per row. */
  messages(): Uint32Array;
  /** By index of the batch; empty where no row was accepted. */
  origins(): readonly (RowOrigin | undefined)[];
  /** Microseconds since the epoch of extraction, `absentTime` where none was sent; undefined when no row has one. */
  timesExtracted(): BigInt64Array | undefined;
}

/** What the rows of one batch share. */
export interface RowOrigin {
  readonly batch: Batch;
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

export function createRootRows(): RootRows {
  let rows = 0;
  let batchOf = new Uint32Array(1024);
  let messageOf = new Uint32Array(1024);
  const origins: (RowOrigin | undefined)[] = [];

  function gather(value: (origin: RowOrigin, message: number) => bigint): BigInt64Array {
    const values = new BigInt64Array(rows);
    for (let row = 0; row < rows; row += 1) {
      const origin = origins[batchOf[row] ?? 0];
      if (origin !== undefined) values[row] = value(origin, messageOf[row] ?? 0);
    }
    return values;
  }

  return {
    push(batchIndex, messageIndex, origin) {
      if (rows === batchOf.length) {
        batchOf = growWords(batchOf, rows * 2);
        messageOf = growWords(messageOf, rows * 2);
      }
      batchOf[rows] = batchIndex;
      messageOf[rows] = messageIndex;
      rows += 1;
      origins[batchIndex] = origin;
    },
    sequences: () => gather(({ batch }, message) => batch.sequences[message] ?? 0n),
    batches: () => batchOf.subarray(0, rows),
    messages: () => messageOf.subarray(0, rows),
    origins: () => origins,
    timesExtracted() {
      if (origins.every((origin) => origin?.batch.timesExtracted === undefined)) return undefined;
      const times = gather(({ batch }, message) => batch.timesExtracted?.[message] ?? absentTime);
      return times.some((time) => time !== absentTime) ? times : undefined;
    },
  };
}
