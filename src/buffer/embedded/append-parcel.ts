import type { AppendBatch } from '../buffer.ts';
import type { AppendJob } from './protocol.ts';

/** Appends as they cross to the thread: cloning a few flat arrays costs a tenth of cloning objects. */
export interface AppendParcel {
  /**
   * Of each append its id, source, time received, deadline and number of batches; then of each of its batches the index of its table,
   * the records and the bytes of its payload.
   */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly tables: readonly string[];
  /** Payloads up to `copiedBytes`, one after another. */
  readonly block: Uint8Array<ArrayBuffer>;
  /** The other payloads, in order. */
  readonly large: readonly Uint8Array<ArrayBuffer>[];
}

/** Payloads up to this are copied into one block, larger ones are handed over as they are. */
const copiedBytes = 16 * 1024;
const numbersPerAppend = 5;
const numbersPerBatch = 3;

/** Packs appends; `transfer` is the memory to hand over. What was packed and not sent can be packed again. */
export function packAppends(jobs: readonly AppendJob[]): { parcel: AppendParcel; transfer: ArrayBuffer[] } {
  let batches = 0;
  let blockBytes = 0;
  for (const job of jobs) {
    batches += job.batches.length;
    for (const { payload } of job.batches) if (payload.byteLength <= copiedBytes) blockBytes += payload.byteLength;
  }
  const numbers = new Float64Array(jobs.length * numbersPerAppend + batches * numbersPerBatch);
  const block = new Uint8Array(blockBytes);
  const large: Uint8Array<ArrayBuffer>[] = [];
  const tables: string[] = [];
  let place = 0;
  let blockAt = 0;
  for (const { id, sourceId, receivedAt, deadlineMs, batches: ofJob } of jobs) {
    numbers[place++] = id;
    numbers[place++] = sourceId;
    numbers[place++] = receivedAt;
    numbers[place++] = deadlineMs;
    numbers[place++] = ofJob.length;
    for (const { table, records, payload } of ofJob) {
      // Neighbours are often of one table.
      if (tables.at(-1) !== table) tables.push(table);
      numbers[place++] = tables.length - 1;
      numbers[place++] = records;
      numbers[place++] = payload.byteLength;
      if (payload.byteLength > copiedBytes) large.push(ownPayload(payload));
      else {
        block.set(payload, blockAt);
        blockAt += payload.byteLength;
      }
    }
  }
  // Two payloads may lie in one piece of memory; it can be handed over once.
  const transfer = [...new Set([numbers.buffer, block.buffer, ...large.map(({ buffer }) => buffer)])];
  return { parcel: { numbers, tables, block, large }, transfer };
}

/** A view into a larger block is copied: handing the block over would take it from its other users. */
function ownPayload(payload: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return payload.byteLength === payload.buffer.byteLength ? payload : new Uint8Array(payload);
}

/** The appends of a parcel, in order, with payloads that are views of it. */
export function unpackAppends({ numbers, tables, block, large }: AppendParcel): AppendJob[] {
  const jobs: AppendJob[] = [];
  let place = 0;
  let blockAt = 0;
  let largeAt = 0;
  // Inside the array: the places are counted as they were when it was packed.
  const next = (): number => numbers[place++] as number;
  const nextPayload = (bytes: number): Uint8Array<ArrayBuffer> => {
    if (bytes > copiedBytes) return large[largeAt++] as Uint8Array<ArrayBuffer>;
    blockAt += bytes;
    return block.subarray(blockAt - bytes, blockAt);
  };
  while (place < numbers.length) {
    const head = { kind: 'append', id: next(), sourceId: next(), receivedAt: next(), deadlineMs: next() } as const;
    const batches: AppendBatch[] = [];
    for (let left = next(); left > 0; left--) {
      const table = tables[next()] as string;
      batches.push({ table, records: next(), payload: nextPayload(next()) });
    }
    jobs.push({ ...head, batches });
  }
  return jobs;
}
