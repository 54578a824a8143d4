const byteaOid = 17;
const headerBytes = 20;

/** A `bytea[]` in the binary form of the wire protocol (array_recv): as text, every byte would be two digits. */
export function byteaArray(elements: readonly Uint8Array[]): Buffer {
  if (elements.length === 0) throw new RangeError('An array of one dimension has elements.');
  const bytes = Buffer.allocUnsafe(elements.reduce((sum, { byteLength }) => sum + 4 + byteLength, headerBytes));
  const dimensions = 1;
  const mayHoldNulls = 0;
  const lowerBound = 1;
  let at = 0;
  for (const word of [dimensions, mayHoldNulls, byteaOid, elements.length, lowerBound]) at = bytes.writeInt32BE(word, at);
  for (const element of elements) {
    at = bytes.writeInt32BE(element.byteLength, at);
    bytes.set(element, at);
    at += element.byteLength;
  }
  return bytes;
}
