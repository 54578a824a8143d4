import { hash } from 'node:crypto';

/** Bytes that differ per seed and are the same in every run. */
export function payloadOf(seed: number, size: number): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(size);
  for (let index = 0, state = seed >>> 0; index < size; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    payload[index] = state >>> 24;
  }
  return payload;
}

/** SHA-256 of a payload, to compare large ones quickly. */
export function digestOf(payload: Uint8Array): string {
  return hash('sha256', payload);
}
