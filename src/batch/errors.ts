/** The bytes are not a batch this version reads: unknown version, damaged or cut off. */
export class CorruptBatchError extends Error {
  override readonly name = 'CorruptBatchError';
}
