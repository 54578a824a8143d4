import type { ByteWriter } from '../../batch/byte-writer.ts';
import { reserve } from '../../batch/byte-writer.ts';

const simple = new Map([
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
]);

/**
 * Writes the content of a JSON string (checked by the scanner) to `out` as UTF-8 and returns how many lone surrogates
 * became U+FFFD (docs/architecture.md, decisions).
 */
export function unescapeString(bytes: Uint8Array, start: number, end: number, out: ByteWriter): number {
  // No escape is shorter than the UTF-8 it stands for.
  reserve(out, end - start);
  let replaced = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte !== 0x5c) {
      out.bytes[out.length++] = byte;
      continue;
    }
    const escape = bytes[++at] as number;
    if (escape !== 0x75) {
      out.bytes[out.length++] = simple.get(escape) ?? escape;
      continue;
    }
    let point = hexUnit(bytes, at + 1);
    at += 4;
    if (point >= 0xd800 && point <= 0xdfff) {
      const low = point < 0xdc00 && at + 6 < end && bytes[at + 1] === 0x5c && bytes[at + 2] === 0x75 ? hexUnit(bytes, at + 3) : 0;
      if (low >= 0xdc00 && low <= 0xdfff) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        at += 6;
      } else {
        point = 0xfffd;
        replaced++;
      }
    }
    writePoint(out, point);
  }
  return replaced;
}

/** The value of four hexadecimal digits. */
function hexUnit(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let digit = at; digit < at + 4; digit++) {
    const byte = bytes[digit] as number;
    unit = unit * 16 + (byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57);
  }
  return unit;
}

function writePoint(out: ByteWriter, point: number): void {
  const { bytes } = out;
  if (point < 0x80) bytes[out.length++] = point;
  else if (point < 0x800) {
    bytes[out.length++] = 0xc0 | (point >> 6);
    bytes[out.length++] = 0x80 | (point & 0x3f);
  } else if (point < 0x10000) {
    bytes[out.length++] = 0xe0 | (point >> 12);
    bytes[out.length++] = 0x80 | ((point >> 6) & 0x3f);
    bytes[out.length++] = 0x80 | (point & 0x3f);
  } else {
    bytes[out.length++] = 0xf0 | (point >> 18);
    bytes[out.length++] = 0x80 | ((point >> 12) & 0x3f);
    bytes[out.length++] = 0x80 | ((point >> 6) & 0x3f);
    bytes[out.length++] = 0x80 | (point & 0x3f);
  }
}
