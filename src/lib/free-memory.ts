/**
 * Gives the memory under a view back at once. The collector would find it much later, and collects the whole heap whenever much of such
 * memory was asked for. Nothing may use the view, or another one of the same memory, afterwards.
 */
export function freeMemory({ buffer }: ArrayBufferView<ArrayBuffer>): void {
  if (!buffer.detached) buffer.transfer(0);
}

/** Below this, leaving it to the garbage collector costs less than asking. */
const largeMemoryBytes = 16 * 1024;

/** The same for a large array that may be only a part of its memory, and is then left alone. */
export function freeLargeMemory({ buffer, byteLength }: ArrayBufferView): void {
  if (byteLength >= largeMemoryBytes && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** The values in a larger array; the smaller one is given back. */
export function growWords(words: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(words);
  freeMemory(words);
  return larger;
}
