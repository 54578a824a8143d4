import { CorruptBatchError } from './errors.ts';
import { utf8Text } from './utf8-text.ts';

/** Reads forward through bytes; every read is checked against the end. */
export interface ByteReader {
  readonly bytes: Uint8Array<ArrayBuffer>;
  at: number;
  readonly end: number;
}

/** Reads one byte. Throws `CorruptBatchError` at the end. */
export function readByte(reader: ByteReader): number {
  const byte = reader.at < reader.end ? reader.bytes[reader.at] : undefined;
  if (byte === undefined) throw new CorruptBatchError('The batch is cut off.');
  reader.at++;
  return byte;
}

/** Reads an unsigned LEB128 integer below 2^32. */
export function readVarint(reader: ByteReader): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = readByte(reader);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) {
      if (value > 0xffffffff) break;
      return value;
    }
  }
  throw new CorruptBatchError('The batch holds a number that is too long.');
}

/** Reads a varint and checks that it is at most `limit`; `what` names it in the error. */
export function readBounded(reader: ByteReader, limit: number, what: string): number {
  const value = readVarint(reader);
  if (value > limit) throw new CorruptBatchError(`The batch names ${value} as ${what}, beyond ${limit}.`);
  return value;
}

/** A view of the next `length` bytes. */
export function readBytes(reader: ByteReader, length: number): Uint8Array<ArrayBuffer> {
  if (length > reader.end - reader.at) throw new CorruptBatchError('The batch is cut off.');
  reader.at += length;
  return reader.bytes.subarray(reader.at - length, reader.at);
}

/** Reads a string written as its UTF-8 length and bytes. */
export function readString(reader: ByteReader): string {
  const length = readVarint(reader);
  if (length > reader.end - reader.at) throw new CorruptBatchError('The batch is cut off.');
  reader.at += length;
  return utf8Text(reader.bytes, reader.at - length, reader.at);
}
