import { isDateTime } from '../date-time.ts';
import { Kind } from '../json/tape.ts';

/** Kind of a tag (`~#set`), which never reaches the tape. */
export const tagKind = 255;

/** What a string means: a `Kind` or `tagKind`, and the byte range of its text without the marker. */
export interface Token {
  kind: number;
  start: number;
  end: number;
}

/** Reads the string of plain UTF-8 from `start`, where a tilde is, to `end` (import-api.md §5.1). False: no reading. */
export function readMarked(bytes: Uint8Array, start: number, end: number, into: Token): boolean {
  const text = start + 2;
  const marker = start + 1 < end ? bytes[start + 1] : -1;
  switch (marker) {
    case 0x7e: // ~~
    case 0x5e: // ~^
    case 0x60: // ~`
      return set(into, Kind.string, start + 1, end);
    case 0x75: // ~u UUID
    case 0x72: // ~r URI
    case 0x62: // ~b base64
    case 0x63: // ~c character
    case 0x3a: // ~: keyword
    case 0x24: // ~$ symbol
      return set(into, Kind.string, text, end);
    case 0x23: // ~# tag
      return set(into, tagKind, text, end);
    case 0x69: // ~i integer
    case 0x6e: // ~n big integer
      return isInteger(bytes, text, end) && set(into, Kind.integer, text, end);
    case 0x6d: // ~m milliseconds
      return isInteger(bytes, text, end) && set(into, Kind.instant, text, end);
    case 0x74: // ~t date-time
      return isDateTime(bytes, text, end) && set(into, Kind.timestamp, text, end);
    case 0x66: // ~f decimal
      return readReal(bytes, text, end, Kind.decimal, into);
    case 0x64: // ~d double
      return readReal(bytes, text, end, Kind.fraction, into);
    case 0x7a: // ~z special double
      return readNonFinite(bytes, text, end, into);
    case 0x3f: // ~? boolean
      if (end !== text + 1 || (bytes[text] !== 0x74 && bytes[text] !== 0x66)) return false;
      return set(into, bytes[text] === 0x74 ? Kind.true : Kind.false, text, end);
    case 0x5f: // ~_ nil
      return end === text && set(into, Kind.null, text, end);
    default:
      return false;
  }
}

function set(into: Token, kind: number, start: number, end: number): true {
  into.kind = kind;
  into.start = start;
  into.end = end;
  return true;
}

function readReal(bytes: Uint8Array, start: number, end: number, kind: Kind, into: Token): boolean {
  return isReal(bytes, start, end) ? set(into, kind, start, end) : readNonFinite(bytes, start, end, into);
}

/** As Transit, Python and Java write them; a decimal NaN may carry a sign, an `s` and digits. */
const nonFinite = /^(?:[+-]?Inf(?:inity)?|[+-]?INF|-?s?NaN\d*)$/;

/** Leaves a range that begins as `Kind.nonFinite` asks for. */
function readNonFinite(bytes: Uint8Array, start: number, end: number, into: Token): boolean {
  if (end - start < 3 || end - start > 40) return false;
  const text = String.fromCharCode(...bytes.subarray(start, end));
  if (!nonFinite.test(text)) return false;
  const skipped = text.includes('N', 1) && !text.includes('I') ? text.indexOf('N') : text.startsWith('+') ? 1 : 0;
  return set(into, Kind.nonFinite, start + skipped, end);
}

/** An integer as JSON writes it. */
function isInteger(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] === 0x2d ? start + 1 : start;
  return first < end && digitsEnd(bytes, first, end) === end && (bytes[first] !== 0x30 || end === first + 1);
}

/** Digits with an optional fraction and exponent. */
function isReal(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] === 0x2d ? start + 1 : start;
  let at = digitsEnd(bytes, first, end);
  if (at === first) return false;
  if (at < end && bytes[at] === 0x2e) {
    const fraction = at + 1;
    at = digitsEnd(bytes, fraction, end);
    if (at === fraction) return false;
  }
  if (at < end && ((bytes[at] as number) | 0x20) === 0x65) {
    at++;
    if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++;
    const exponent = at;
    at = digitsEnd(bytes, exponent, end);
    if (at === exponent) return false;
  }
  return at === end;
}

function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at++;
  return at;
}
