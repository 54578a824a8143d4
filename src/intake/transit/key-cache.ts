import type { Token } from './token.ts';

/** What the writer of a body counts as length: UTF-16 units (JVM, JavaScript), code points (Python) or UTF-8 bytes (PHP). */
export type LengthUnit = 'utf16' | 'code-points' | 'bytes';

const slots = 1936;
const base = 44;
const firstDigit = 48;
/** Strings of more units are cached. */
const shortLength = 3;

/** The strings a body has written in full and may refer to by code (import-api.md §5.2). One for a whole body. */
export interface KeyCache {
  /** Whether another unit would have cached other strings. */
  ambiguous(): boolean;
  /** Whether the writer caches a string of this plain UTF-8 (marker and escape included). */
  isLong(bytes: Uint8Array, start: number, end: number): boolean;
  add(token: Token): void;
  /** Puts the string behind a code into `into`. False: no such code yet. */
  find(bytes: Uint8Array, start: number, end: number, into: Token): boolean;
}

/** An empty cache. */
export function createKeyCache(unit: LengthUnit): KeyCache {
  const kinds = new Uint8Array(slots);
  const starts = new Int32Array(slots);
  const ends = new Int32Array(slots);
  let count = 0;
  let ambiguous = false;
  return {
    ambiguous: () => ambiguous,
    isLong(bytes, start, end) {
      const length = end - start;
      if (length <= shortLength) return false;
      // A code point takes at most four bytes.
      if (length > shortLength * 4) return true;
      let points = 0;
      let pairs = 0;
      for (let at = start; at < end; at++) {
        const byte = bytes[at] as number;
        if ((byte & 0xc0) !== 0x80) points++;
        if (byte >= 0xf0) pairs++;
      }
      if (points > shortLength) return true;
      ambiguous = true;
      return unit === 'bytes' || (unit === 'utf16' && points + pairs > shortLength);
    },
    add({ kind, start, end }) {
      if (count === slots) count = 0;
      kinds[count] = kind;
      starts[count] = start;
      ends[count] = end;
      count++;
    },
    find(bytes, start, end, into) {
      let index = 0;
      for (let at = start + 1; at < end; at++) {
        const digit = (bytes[at] as number) - firstDigit;
        if (digit < 0 || digit >= base) return false;
        index = index * base + digit;
      }
      if (end - start < 2 || end - start > 3 || index >= count) return false;
      into.kind = kinds[index] as number;
      into.start = starts[index] as number;
      into.end = ends[index] as number;
      return true;
    },
  };
}
