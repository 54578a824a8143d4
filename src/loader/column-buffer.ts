import { freeMemory, growWords } from '../lib/free-memory.ts';
import type { LogicalType, StagedColumn } from '../sinks/sink.ts';

/**
 * Values of one column and type, sparse: an entry per value with its row. Every type takes two 32-bit words an entry: the low and high
 * half of an int64, float64 or timestamp; start and end of a slice of `bytes` for text; the flag for a boolean.
 */
export interface ColumnBuffer {
  readonly type: LogicalType;
  /** Whether an accepted record put a value here: only then does the column exist. */
  listed: boolean;
  count: number;
  rows: Uint32Array<ArrayBuffer>;
  words: Uint32Array<ArrayBuffer>;
  bytes: Uint8Array;
  bytesLength: number;
  /** `bytes` where they are not those of a batch. */
  ownBytes: Uint8Array<ArrayBuffer> | undefined;
}

/** Which rows of a stretch stay, and as which of the staged rows. */
export interface RowMap {
  readonly first: number;
  readonly length: number;
  /** How many stay. */
  readonly rows: number;
  /** For row `first + i` the staged row or `dropped`; undefined keeps all. */
  readonly target: Uint32Array | undefined;
}

export const dropped = 0xffff_ffff;

/** The staged row of a row within the stretch, or `dropped`. */
export function targetOf(map: RowMap, row: number): number {
  return map.target === undefined ? row - map.first : (map.target[row - map.first] ?? dropped);
}

export function createColumnBuffer(type: LogicalType): ColumnBuffer {
  return {
    type,
    listed: false,
    count: 0,
    rows: new Uint32Array(16),
    words: new Uint32Array(32),
    bytes: new Uint8Array(0),
    bytesLength: 0,
    ownBytes: undefined,
  };
}

/** Appends one value as its two words. */
export function appendWords(buffer: ColumnBuffer, row: number, low: number, high: number): void {
  const at = buffer.count;
  if (at === buffer.rows.length) {
    buffer.rows = growWords(buffer.rows, at * 2);
    buffer.words = growWords(buffer.words, at * 4);
  }
  buffer.rows[at] = row;
  buffer.words[at * 2] = low;
  buffer.words[at * 2 + 1] = high;
  buffer.count = at + 1;
}

/** Adds text that later entries slice, and returns where it starts. The first text is shared, not copied. */
export function appendBytes(buffer: ColumnBuffer, text: Uint8Array): number {
  const start = buffer.bytesLength;
  const end = start + text.length;
  if (start === 0) buffer.bytes = text;
  else {
    if (end > buffer.bytes.length) {
      const larger = new Uint8Array(Math.max(end, buffer.bytes.length * 2));
      larger.set(buffer.bytes.subarray(0, start));
      if (buffer.ownBytes !== undefined) freeMemory(buffer.ownBytes);
      buffer.bytes = buffer.ownBytes = larger;
    }
    buffer.bytes.set(text, start);
  }
  buffer.bytesLength = end;
  return start;
}

/** Takes back every entry of the rows from `row` on. */
export function truncateColumn(buffer: ColumnBuffer, row: number): void {
  let count = buffer.count;
  while (count > 0 && (buffer.rows[count - 1] ?? 0) >= row) count -= 1;
  buffer.count = count;
}

/** Gives the entries back; the text stays, staged columns are slices of it. */
export function freeEntries(buffer: ColumnBuffer): void {
  freeMemory(buffer.rows);
  freeMemory(buffer.words);
}

/** Gives back what is left, once no staged column is used any more. */
export function freeColumn(buffer: ColumnBuffer): void {
  freeEntries(buffer);
  if (buffer.ownBytes !== undefined) freeMemory(buffer.ownBytes);
}

/** The column as the sink takes it: one place per staged row. */
export function stageColumn(buffer: ColumnBuffer, name: string, map: RowMap): StagedColumn {
  const { type, count, rows, words } = buffer;
  const valid = new Uint8Array(map.rows);
  const cells = new Uint32Array(type === 'boolean' || type === 'string' || type === 'number' ? 0 : map.rows * 2);
  const flags = new Uint8Array(type === 'boolean' ? map.rows : 0);
  const starts = new Uint32Array(type === 'string' || type === 'number' ? map.rows : 0);
  const ends = new Uint32Array(starts.length);
  const end = map.first + map.length;
  for (let entry = firstEntry(buffer, map.first); entry < count; entry += 1) {
    const row = rows[entry] ?? 0;
    if (row >= end) break;
    const target = targetOf(map, row);
    if (target === dropped) continue;
    valid[target] = 1;
    const low = words[entry * 2] ?? 0;
    const high = words[entry * 2 + 1] ?? 0;
    if (starts.length > 0) {
      starts[target] = low;
      ends[target] = high;
    } else if (flags.length > 0) flags[target] = low;
    else {
      cells[target * 2] = low;
      cells[target * 2 + 1] = high;
    }
  }
  if (type === 'boolean') return { name, type, valid, flags };
  if (type === 'string' || type === 'number')
    return { name, type, valid, text: { bytes: buffer.bytes.subarray(0, buffer.bytesLength), starts, ends } };
  return { name, type, valid, cells: new Uint8Array(cells.buffer) };
}

/** The first entry at or after a row. */
function firstEntry({ rows, count }: ColumnBuffer, row: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] ?? 0) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
