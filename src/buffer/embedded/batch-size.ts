/** What a row and its index entry cost on disk beyond the payload, in bytes. */
const batchOverheadBytes = 64;

/** Bytes one batch counts for against the bounds. */
export function batchBytes(payloadBytes: number): number {
  return payloadBytes + batchOverheadBytes;
}
