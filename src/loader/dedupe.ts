import { randomInt } from 'node:crypto';
import type { ColumnBuffer, RowMap } from './column-buffer.ts';
import { dropped } from './column-buffer.ts';

/** What de-duplication knows of each root row. */
export interface KeyedRows {
  readonly rows: number;
  readonly sequences: BigInt64Array;
  /** Which batch, that is which request, each row came in. */
  readonly batches: Uint32Array;
  /** One buffer per key column, an entry per row. */
  readonly keys: readonly ColumnBuffer[];
}

/**
 * Keeps one row per key: the greatest sequence. On a tie the later message of one request wins, while between requests the one
 * appended first stays, so that windows of any size give the same table (docs/architecture.md, equal sequences).
 */
export function planSurvivors(keyed: KeyedRows): RowMap {
  const { rows, keys } = keyed;
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, rows * 2)));
  const heads = new Int32Array(size).fill(-1);
  const hashes = new Int32Array(rows);
  const lost = new Uint8Array(rows);
  // Without a secret seed a client could choose keys that all collide.
  const seed = randomInt(2 ** 31);
  const readers = keys.map((key) => keyReader(key, seed));
  let kept = rows;
  for (let row = 0; row < rows; row += 1) {
    let hash = seed;
    for (const reader of readers) hash = mix(hash ^ reader.hash(row));
    hashes[row] = hash;
    let at = hash & (size - 1);
    for (;;) {
      const rival = heads[at] ?? -1;
      if (rival < 0) {
        heads[at] = row;
        break;
      }
      if (hashes[rival] === hash && sameKey(readers, rival, row)) {
        const wins = beats(keyed, row, rival);
        lost[wins ? rival : row] = 1;
        if (wins) heads[at] = row;
        kept -= 1;
        break;
      }
      at = (at + 1) & (size - 1);
    }
  }
  if (kept === rows) return { first: 0, length: rows, rows, target: undefined };
  const target = new Uint32Array(rows);
  for (let row = 0, next = 0; row < rows; row += 1) target[row] = lost[row] === 1 ? dropped : next++;
  return { first: 0, length: rows, rows: kept, target };
}

/** Whether a row is kept instead of an earlier one of its key. */
function beats({ sequences, batches }: KeyedRows, row: number, rival: number): boolean {
  const difference = (sequences[row] ?? 0n) - (sequences[rival] ?? 0n);
  return difference > 0n || (difference === 0n && batches[row] === batches[rival]);
}

function sameKey(readers: readonly KeyReader[], one: number, other: number): boolean {
  for (const reader of readers) if (!reader.equal(one, other)) return false;
  return true;
}

interface KeyReader {
  hash(row: number): number;
  equal(one: number, other: number): boolean;
}

/** Equality of key values as destinations see it: 1.0 = 1.00 as decimals, −0 = 0 as doubles, strings byte for byte. */
function keyReader(buffer: ColumnBuffer, seed: number): KeyReader {
  if (buffer.type === 'string') return textReader(buffer, seed);
  if (buffer.type === 'number') return valueReader((row) => canonicalDecimal(textAt(buffer, row)), seed);
  if (buffer.type === 'double') return valueReader((row) => doubleAt(buffer, row), seed);
  const { words } = buffer;
  return {
    hash: (row) => mix(mix((words[row * 2] ?? 0) ^ seed) ^ (words[row * 2 + 1] ?? 0)),
    equal: (one, other) => words[one * 2] === words[other * 2] && words[one * 2 + 1] === words[other * 2 + 1],
  };
}

function textReader({ words, bytes }: ColumnBuffer, seed: number): KeyReader {
  return {
    hash(row) {
      let hash = seed;
      for (let at = words[row * 2] ?? 0, end = words[row * 2 + 1] ?? 0; at < end; at += 1)
        hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x0100_0193);
      return mix(hash);
    },
    equal(one, other) {
      const start = words[one * 2] ?? 0;
      const length = (words[one * 2 + 1] ?? 0) - start;
      const otherStart = words[other * 2] ?? 0;
      if (length !== (words[other * 2 + 1] ?? 0) - otherStart) return false;
      for (let at = 0; at < length; at += 1) if (bytes[start + at] !== bytes[otherStart + at]) return false;
      return true;
    },
  };
}

function valueReader(value: (row: number) => string, seed: number): KeyReader {
  return {
    hash(row) {
      let hash = seed;
      const text = value(row);
      for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
      return mix(hash);
    },
    equal: (one, other) => value(one) === value(other),
  };
}

function textAt({ words, bytes }: ColumnBuffer, row: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', words[row * 2], words[row * 2 + 1]);
}

const doubleWords = new Uint32Array(2);
const doubleCell = new Float64Array(doubleWords.buffer);

function doubleAt({ words }: ColumnBuffer, row: number): string {
  doubleWords[0] = words[row * 2] ?? 0;
  doubleWords[1] = words[row * 2 + 1] ?? 0;
  return String(doubleCell[0]);
}

/** One text per decimal value: digits without leading or trailing zeros, and the exponent. */
export function canonicalDecimal(text: string): string {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign === '-' ? '-' : ''}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

/** MurmurHash3's finalizer. */
function mix(value: number): number {
  const first = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2_ae35);
  return second ^ (second >>> 16);
}
