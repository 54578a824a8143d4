/** Below this, leaving it to the garbage collector costs less than asking. */
export const largeMemoryBytes = 16 * 1024;

/**
 * Gives the memory of a large array back at once: the garbage collector may be far away, because it hardly feels what lies outside its
 * heap. The array and all that share its memory are empty afterwards. One that is only a part of its memory is left alone.
 */
export function releaseMemory({ buffer, byteLength }: ArrayBufferView): void {
  if (byteLength >= largeMemoryBytes && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
