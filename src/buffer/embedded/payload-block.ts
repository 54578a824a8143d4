/** Payloads as they cross between threads: handing over a piece of memory costs more than copying a small one. */
export interface PackedPayloads {
  /** Payloads up to `copiedBytes`, each from a multiple of 8 on. */
  readonly block: Uint8Array<ArrayBuffer>;
  /** The others, in order. */
  readonly large: readonly Uint8Array<ArrayBuffer>[];
}

const copiedBytes = 16 * 1024;
/** Batches hold 8-byte words. */
const aligned = (bytes: number): number => (bytes + 7) & ~7;

/** Packs payloads; `transfer` is the memory to hand over. What was packed and not sent can be packed again. */
export function packPayloads(payloads: readonly Uint8Array<ArrayBuffer>[]): { packed: PackedPayloads; transfer: ArrayBuffer[] } {
  let blockBytes = 0;
  for (const { byteLength } of payloads) if (byteLength <= copiedBytes) blockBytes += aligned(byteLength);
  const block = new Uint8Array(blockBytes);
  const large: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const payload of payloads) {
    if (payload.byteLength > copiedBytes) large.push(ownPayload(payload));
    else {
      block.set(payload, at);
      at += aligned(payload.byteLength);
    }
  }
  // Two payloads may lie in one piece of memory; it can be handed over once.
  return { packed: { block, large }, transfer: [...new Set([block.buffer, ...large.map(({ buffer }) => buffer)])] };
}

/** A view into a larger block is copied: handing the block over would take it from its other users. */
function ownPayload(payload: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return payload.byteLength === payload.buffer.byteLength ? payload : new Uint8Array(payload);
}

/** Gives the payloads back in order, each by its number of bytes; small ones are views of the block. */
export function createPayloadReader({ block, large }: PackedPayloads): (bytes: number) => Uint8Array<ArrayBuffer> {
  let at = 0;
  let largeRead = 0;
  return (bytes) => {
    // As many as were packed.
    if (bytes > copiedBytes) return large[largeRead++] as Uint8Array<ArrayBuffer>;
    const start = at;
    at += aligned(bytes);
    return block.subarray(start, start + bytes);
  };
}
