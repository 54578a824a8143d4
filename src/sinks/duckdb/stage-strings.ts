import duckdb from '@duckdb/node-bindings';
import type { ColumnWriter, Scratch, StagedText } from './stage-chunk.ts';

/** The C API's `duckdb_string_t`: 4 bytes of length, then up to 12 bytes in place, else the first 4 bytes and the address of all. */
const inlineBytes = 12;
const prefixBytes = 4;

/** Where the long strings of a chunk lie in the column's text. */
interface Span {
  readonly from: number;
  readonly to: number;
  /** Their bytes without what lies between them. */
  readonly total: number;
}

/** A call for each long string would cost more than all else: where they lie close together the vector gets their text as one. */
export function createStringWriter(valid: Uint8Array, text: StagedText, scratch: Scratch): ColumnWriter {
  return (vector, first, count) => {
    const span = writeSlots(scratch, valid, text, first, count);
    const close = span.to - span.from <= 2 * span.total;
    if (span.total > 0 && close) pointInto(scratch, lendText(vector, text.bytes.subarray(span.from, span.to)), text, span, first, count);
    duckdb.copy_data_to_vector(vector, 0, scratch.bytes.buffer, 0, 16 * count);
    if (close) return;
    for (let row = 0; row < count; row += 1) {
      if ((scratch.words[4 * row] ?? 0) <= inlineBytes) continue;
      duckdb.vector_assign_string_element_len(vector, row, text.bytes.subarray(text.starts[first + row], text.ends[first + row]));
    }
  };
}

/** Lengths, short strings and the beginnings of long ones; a NULL is an empty string. */
function writeSlots({ bytes, words }: Scratch, valid: Uint8Array, text: StagedText, first: number, count: number): Span {
  const { bytes: source, starts, ends } = text;
  let from = source.length;
  let to = 0;
  let total = 0;
  words.fill(0);
  for (let row = 0; row < count; row += 1) {
    if (valid[first + row] === 0) continue;
    const start = starts[first + row] ?? 0;
    const end = ends[first + row] ?? 0;
    const length = end - start;
    words[4 * row] = length;
    const copied = length > inlineBytes ? prefixBytes : length;
    for (let at = 16 * row + 4, offset = 0; offset < copied; offset += 1) bytes[at + offset] = source[start + offset] ?? 0;
    if (length <= inlineBytes) continue;
    if (start < from) from = start;
    if (end > to) to = end;
    total += length;
  }
  return { from, to, total };
}

/** Copies text into memory of the vector's and returns its address, as two words. */
function lendText(vector: duckdb.Vector, text: Uint8Array): readonly [low: number, high: number] {
  duckdb.vector_assign_string_element_len(vector, 0, text);
  const slot = duckdb.vector_get_data(vector, 16);
  const words = new DataView(slot.buffer, slot.byteOffset, 16);
  if (words.getUint32(0, true) !== text.length) throw new Error('DuckDB did not take the text of a chunk.');
  if (text.length <= inlineBytes) throw new RangeError('Text that short has no address.');
  return [words.getUint32(8, true), words.getUint32(12, true)];
}

function pointInto(
  { words }: Scratch,
  [low, high]: readonly [low: number, high: number],
  { starts }: StagedText,
  { from }: Span,
  first: number,
  count: number,
): void {
  for (let row = 0; row < count; row += 1) {
    if ((words[4 * row] ?? 0) <= inlineBytes) continue;
    const sum = low + (starts[first + row] ?? 0) - from;
    words[4 * row + 2] = sum;
    words[4 * row + 3] = high + (sum > 0xffff_ffff ? 1 : 0);
  }
}
