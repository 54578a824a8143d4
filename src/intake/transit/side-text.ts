import type { FillContext } from '../fill.ts';
import type { Token } from './token.ts';

const firstSideBytes = 1024;

/** Text that the body does not hold as it is meant; it goes behind the body's bytes, where tape entries can point. */
export interface SideText {
  /** Adds UTF-8 and puts its range into `into`. */
  addBytes(bytes: Uint8Array, length: number, into: Token): void;
  /** Adds ASCII. */
  addText(text: string, into: Token): void;
}

/** No text yet; the first makes `context.bytes` a longer copy. */
export function createSideText(context: FillContext): SideText {
  const bodyLength = context.bytes.length;
  let length = bodyLength;

  function addBytes(bytes: Uint8Array, count: number, into: Token): void {
    if (length + count > context.bytes.length) {
      // An eighth of the body at least, so that there are few copies of it.
      const room = Math.max(firstSideBytes, 2 * (length - bodyLength) + count, bodyLength >> 3);
      const longer = Buffer.allocUnsafeSlow(bodyLength + room);
      longer.set(context.bytes.subarray(0, length));
      context.bytes = longer;
    }
    into.start = length;
    for (let at = 0; at < count; at++) context.bytes[length + at] = bytes[at] as number;
    length += count;
    into.end = length;
  }

  return {
    addBytes,
    addText: (text, into) => addBytes(Buffer.from(text, 'latin1'), text.length, into),
  };
}
