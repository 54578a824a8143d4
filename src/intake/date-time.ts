/** Date-times of import-api.md §6.3: RFC 3339 with a zone, upper case, up to nine fraction digits; `±HHMM` is accepted too. */

const daysInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether the ASCII or UTF-8 text is a date-time that exists. */
export function isDateTime(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 20 || end - start > 35) return false;
  if (bytes[start + 4] !== 0x2d || bytes[start + 7] !== 0x2d || bytes[start + 10] !== 0x54) return false;
  if (bytes[start + 13] !== 0x3a || bytes[start + 16] !== 0x3a) return false;
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  // twoDigits is NaN for anything but digits, and NaN fails every comparison.
  if (!(year >= 1 && month >= 1 && day >= 1 && day <= lastDay(year, month))) return false;
  if (!(twoDigits(bytes, start + 11) <= 23 && twoDigits(bytes, start + 14) <= 59 && twoDigits(bytes, start + 17) <= 59)) return false;
  const zone = fractionEnd(bytes, start + 19);
  return zone > 0 && isZone(bytes, zone, end);
}

/** Microseconds since the epoch of a text that `isDateTime`; digits beyond microseconds are dropped. */
export function microsecondsOf(text: string): bigint {
  const match = /^(.{19})(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)$/.exec(text);
  if (!match) throw new TypeError(`Not a date-time: ${text}`);
  const [, local = '', fraction = '', zone = 'Z'] = match;
  const offset = zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  return BigInt(Date.parse(local + offset)) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
}

function lastDay(year: number, month: number): number {
  if (month === 2 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return 28;
  return daysInMonth[month - 1] ?? 0;
}

/** The offset after an optional fraction of one to nine digits, 0 when it is malformed. */
function fractionEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== 0x2e) return start;
  let at = start + 1;
  while (isDigit(bytes[at])) at++;
  return at > start + 1 && at <= start + 10 ? at : 0;
}

function isZone(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] === 0x5a) return end === start + 1;
  if (bytes[start] !== 0x2b && bytes[start] !== 0x2d) return false;
  const minutes = bytes[start + 3] === 0x3a ? start + 4 : start + 3;
  return end === minutes + 2 && twoDigits(bytes, start + 1) <= 23 && twoDigits(bytes, minutes) <= 59;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  return isDigit(bytes[at]) && isDigit(bytes[at + 1]) ? ((bytes[at] as number) - 0x30) * 10 + (bytes[at + 1] as number) - 0x30 : Number.NaN;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
