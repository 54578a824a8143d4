import type { ByteWriter } from '../batch/byte-writer.ts';
import { reserve, writeBytes } from '../batch/byte-writer.ts';
import { utf8Text } from '../batch/utf8-text.ts';

const dayMs = 86_400_000;
/** The range of ECMAScript's `Date`. */
const maxDateMs = 8.64e15;
const year1Ms = -62_135_596_800_000;
const year10000Ms = 253_402_300_800_000;

/**
 * Writes an instant, given as an integer token of milliseconds since the epoch, as RFC 3339 in UTC with milliseconds. Outside the years
 * 1 to 9999 it is as ECMAScript writes it, past what that can the token itself: the loader says what a destination cannot hold.
 */
export function writeInstant(bytes: Uint8Array, start: number, end: number, out: ByteWriter): void {
  const token = utf8Text(bytes, start, end);
  const ms = Number(token);
  if (ms >= year1Ms && ms < year10000Ms) writeDate(ms, out);
  else writeBytes(out, Buffer.from(Math.abs(ms) <= maxDateMs ? new Date(ms).toISOString() : token, 'latin1'));
}

/** The date of a day since the epoch by Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
function writeDate(ms: number, out: ByteWriter): void {
  const days = Math.floor(ms / dayMs);
  const inDay = ms - days * dayMs;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const seconds = Math.floor(inDay / 1000);
  reserve(out, 24);
  writeDigits(out, yearOfEra + era * 400 + (month <= 2 ? 1 : 0), 4, 0x2d);
  writeDigits(out, month, 2, 0x2d);
  writeDigits(out, dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1, 2, 0x54);
  writeDigits(out, Math.floor(seconds / 3600), 2, 0x3a);
  writeDigits(out, Math.floor(seconds / 60) % 60, 2, 0x3a);
  writeDigits(out, seconds % 60, 2, 0x2e);
  writeDigits(out, inDay % 1000, 3, 0x5a);
}

/** Writes `count` digits and the byte after them. */
function writeDigits(out: ByteWriter, value: number, count: number, after: number): void {
  let rest = value;
  for (let at = out.length + count - 1; at >= out.length; at--) {
    out.bytes[at] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  out.bytes[out.length + count] = after;
  out.length += count + 1;
}
