import type { Batch } from './batch.ts';
import { absentTime, Action } from './batch.ts';
import type { ColumnBuilder } from './column-builder.ts';
import { builtColumn, clearColumn, columnBytes, createColumnBuilder } from './column-builder.ts';

export interface BatchBuilder<Typing = undefined> {
  /** Where the root object of each upsert goes, right before or after `addMessage`. */
  readonly records: ColumnBuilder<Typing>;
  /** Adds a message by the halves of its sequence; `timeExtracted` in microseconds since the epoch. */
  addMessage(action: number, sequenceLow: number, sequenceHigh: number, timeExtracted?: bigint): void;
  /** The batch so far, as views of the builder's arrays. */
  finish(replacedSurrogates: number): Batch;
  /** Begins anew with what was allocated; batches that were finished before mean nothing then. */
  clear(): void;
  /** What it holds in memory, roughly. */
  bytes(): number;
}

/** Collects the messages of one table of one request. */
export function createBatchBuilder<Typing>(options: {
  readonly table: string;
  readonly keyNames: readonly string[];
  readonly tableVersion: bigint | undefined;
  readonly bookmarkNames: readonly string[];
  readonly typing: Typing;
}): BatchBuilder<Typing> {
  const { table, keyNames, tableVersion, bookmarkNames } = options;
  const records = createColumnBuilder(options.typing);
  let actions = new Uint8Array(1);
  let sequences = new BigInt64Array(1);
  /** The same memory: low half, high half. */
  let halves = new Int32Array(sequences.buffer);
  let times: BigInt64Array | undefined;
  let count = 0;

  function grow(): void {
    const grownActions = new Uint8Array(count * 4);
    grownActions.set(actions);
    actions = grownActions;
    const grownSequences = new BigInt64Array(count * 4);
    grownSequences.set(sequences);
    sequences = grownSequences;
    halves = new Int32Array(sequences.buffer);
    if (times) {
      const grownTimes = new BigInt64Array(count * 4).fill(absentTime);
      grownTimes.set(times);
      times = grownTimes;
    }
  }

  return {
    records,
    addMessage(action, sequenceLow, sequenceHigh, timeExtracted) {
      if (count === actions.length) grow();
      actions[count] = action;
      halves[count * 2] = sequenceLow;
      halves[count * 2 + 1] = sequenceHigh;
      if (timeExtracted !== undefined) {
        times ??= new BigInt64Array(actions.length).fill(absentTime);
        times[count] = timeExtracted;
      }
      count++;
    },
    finish(replacedSurrogates) {
      let upserts = 0;
      for (let message = 0; message < count; message++) if (actions[message] === Action.upsert) upserts++;
      if (upserts !== records.tagCount) throw new Error(`${upserts} upserts but ${records.tagCount} records were added.`);
      return {
        table,
        keyNames,
        tableVersion,
        bookmarkNames,
        replacedSurrogates,
        count,
        actions: actions.subarray(0, count),
        sequences: sequences.subarray(0, count),
        timesExtracted: times?.subarray(0, count),
        records: builtColumn(records),
      };
    },
    clear() {
      count = 0;
      times = undefined;
      clearColumn(records);
    },
    bytes: () => columnBytes(records) + actions.length * 9 + (times?.length ?? 0) * 8,
  };
}
