import type { AppendBatch } from '../buffer.ts';
import type { PackedPayloads } from './payload-block.ts';
import { createPayloadReader, packPayloads } from './payload-block.ts';
import type { AppendJob } from './protocol.ts';

/** Appends as they cross to the thread: cloning a few flat arrays costs a tenth of cloning objects. */
export interface AppendParcel {
  /**
   * Of each append its id, source, time received, deadline and number of batches; then of each of its batches the index of its table,
   * the records and the bytes of its payload.
   */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly tables: readonly string[];
  readonly payloads: PackedPayloads;
}

const numbersPerAppend = 5;
const numbersPerBatch = 3;

/** Packs appends; `transfer` is the memory to hand over. */
export function packAppends(jobs: readonly AppendJob[]): { parcel: AppendParcel; transfer: ArrayBuffer[] } {
  const batchCount = jobs.reduce((count, { batches }) => count + batches.length, 0);
  const numbers = new Float64Array(jobs.length * numbersPerAppend + batchCount * numbersPerBatch);
  const tables: string[] = [];
  const payloads: Uint8Array<ArrayBuffer>[] = [];
  let place = 0;
  for (const { id, sourceId, receivedAt, deadlineMs, batches } of jobs) {
    numbers[place++] = id;
    numbers[place++] = sourceId;
    numbers[place++] = receivedAt;
    numbers[place++] = deadlineMs;
    numbers[place++] = batches.length;
    for (const { table, records, payload } of batches) {
      // Neighbours are often of one table.
      if (tables.at(-1) !== table) tables.push(table);
      numbers[place++] = tables.length - 1;
      numbers[place++] = records;
      numbers[place++] = payload.byteLength;
      payloads.push(payload);
    }
  }
  const { packed, transfer } = packPayloads(payloads);
  return { parcel: { numbers, tables, payloads: packed }, transfer: [...transfer, numbers.buffer] };
}

/** The appends of a parcel, in order. */
export function unpackAppends({ numbers, tables, payloads }: AppendParcel): AppendJob[] {
  const jobs: AppendJob[] = [];
  const nextPayload = createPayloadReader(payloads);
  let place = 0;
  // Inside the array: the places are counted as they were when it was packed.
  const next = (): number => numbers[place++] as number;
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
