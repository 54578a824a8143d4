import type { BufferedBatch } from '../buffer.ts';
import type { PackedPayloads } from './payload-block.ts';
import { createPayloadReader, packPayloads } from './payload-block.ts';

/** Claimed batches as they cross from the thread. */
export interface ClaimParcel {
  /** Of each batch its position, the time received, the records and the bytes of its payload. */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly payloads: PackedPayloads;
}

const numbersPerBatch = 4;

/** Packs batches; `transfer` is the memory to hand over. */
export function packBatches(batches: readonly BufferedBatch[]): { parcel: ClaimParcel; transfer: ArrayBuffer[] } {
  const numbers = new Float64Array(batches.length * numbersPerBatch);
  let place = 0;
  for (const { position, receivedAt, records, payload } of batches) {
    numbers[place++] = position;
    numbers[place++] = receivedAt;
    numbers[place++] = records;
    numbers[place++] = payload.byteLength;
  }
  const { packed, transfer } = packPayloads(batches.map(({ payload }) => payload));
  return { parcel: { numbers, payloads: packed }, transfer: [...transfer, numbers.buffer] };
}

/** The batches of a parcel, in order. */
export function unpackBatches({ numbers, payloads }: ClaimParcel): BufferedBatch[] {
  const batches: BufferedBatch[] = [];
  const nextPayload = createPayloadReader(payloads);
  let place = 0;
  // Inside the array: the places are counted as they were when it was packed.
  const next = (): number => numbers[place++] as number;
  while (place < numbers.length) batches.push({ position: next(), receivedAt: next(), records: next(), payload: nextPayload(next()) });
  return batches;
}
