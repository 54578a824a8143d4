/** The text of UTF-8 bytes from `start` to `end`. Quickest for a Buffer. (TextDecoder would drop a leading U+FEFF.) */
export function utf8Text(bytes: Uint8Array, start: number, end: number): string {
  const buffer = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString('utf8', start, end);
}
