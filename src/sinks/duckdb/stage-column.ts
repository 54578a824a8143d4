import duckdb from '@duckdb/node-bindings';
import { isUtf8 } from 'node:buffer';
import { TableStoppedError } from '../errors.ts';
import type { StagedColumn } from '../sink.ts';
import { scaleDecimal } from './types.ts';

/** DuckDB's vector size. */
export const rowsPerChunk = 2048;

/** Copies `count` rows of one column, from row `first` on, into a vector. */
export type ColumnWriter = (vector: duckdb.Vector, first: number, count: number) => void;

/** Throws when a column's buffers do not hold `rows` values; the vector copies below are unchecked memory copies. */
export function checkColumn(column: StagedColumn, rows: number): void {
  const { cells, flags, text } = column;
  const values =
    cells !== undefined
      ? cells.length / 8
      : flags !== undefined
        ? flags.length
        : Math.min(text?.starts.length ?? 0, text?.ends.length ?? 0);
  if (values < rows || column.valid.length < rows) throw new Error(`Column ${column.name} holds fewer than ${rows} values.`);
  // DuckDB would silently store NULL for text that is not UTF-8.
  if (text !== undefined && !isUtf8(text.bytes)) throw new TableStoppedError(`Column ${column.name} holds text that is not UTF-8.`);
}

/** Chooses the way a column's values travel: fixed-width cells as they are, text by length, decimals as scaled integers. */
export function createColumnWriter(column: StagedColumn): ColumnWriter {
  const writeValues = valueWriter(column);
  const mask = new BigUint64Array(rowsPerChunk / 64);
  const maskBytes = new Uint8Array(mask.buffer);
  return (vector, first, count) => {
    writeValues(vector, first, count);
    const { valid } = column;
    if (valid.indexOf(0, first) === -1 || valid.indexOf(0, first) >= first + count) return;
    mask.fill(0n);
    for (let row = 0; row < count; row += 1) {
      const byte = row >> 3;
      maskBytes[byte] = (maskBytes[byte] ?? 0) | ((valid[first + row] === 0 ? 0 : 1) << (row & 7));
    }
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, mask.buffer, 0, maskBytes.length);
  };
}

function valueWriter(column: StagedColumn): ColumnWriter {
  const { cells, flags, text } = column;
  if (cells !== undefined) return fixedWidth(cells, 8);
  if (flags !== undefined) return fixedWidth(flags, 1);
  if (text === undefined) throw new Error(`Column ${column.name} has no values.`);
  return column.type === 'number' ? decimals(column, text) : strings(column, text);
}

function fixedWidth(bytes: Uint8Array<ArrayBuffer>, width: number): ColumnWriter {
  return (vector, first, count) => {
    duckdb.copy_data_to_vector(vector, 0, bytes.buffer, bytes.byteOffset + first * width, count * width);
  };
}

type Text = NonNullable<StagedColumn['text']>;

/** The C API's `duckdb_string_t`: 4 bytes of length, then up to 12 bytes in place; only longer strings need a call each. */
const inlineBytes = 12;

function strings(column: StagedColumn, { bytes, starts, ends }: Text): ColumnWriter {
  const slots = new Uint8Array(16 * rowsPerChunk);
  const lengths = new Uint32Array(slots.buffer);
  return (vector, first, count) => {
    slots.fill(0);
    const long: number[] = [];
    for (let row = 0; row < count; row += 1) {
      if (column.valid[first + row] === 0) continue;
      const start = starts[first + row] ?? 0;
      const length = (ends[first + row] ?? 0) - start;
      if (length > inlineBytes) {
        long.push(row);
        continue;
      }
      lengths[4 * row] = length;
      for (let index = 0; index < length; index += 1) slots[16 * row + 4 + index] = bytes[start + index] ?? 0;
    }
    duckdb.copy_data_to_vector(vector, 0, slots.buffer, 0, 16 * count);
    for (const row of long) {
      duckdb.vector_assign_string_element_len(vector, row, bytes.subarray(starts[first + row], ends[first + row]));
    }
  };
}

/** DECIMAL(38,12) is a 128-bit integer, low half first; written here, no rounding cast can touch it. */
function decimals(column: StagedColumn, { bytes, starts, ends }: Text): ColumnWriter {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const halves = new BigInt64Array(2 * rowsPerChunk);
  return (vector, first, count) => {
    halves.fill(0n);
    for (let row = 0; row < count; row += 1) {
      if (column.valid[first + row] === 0) continue;
      const value = text.toString('latin1', starts[first + row], ends[first + row]);
      const scaled = scaleDecimal(value);
      if (scaled === undefined) throw new TableStoppedError(`Column ${column.name} holds a decimal that should have been rejected.`);
      halves[2 * row] = BigInt.asIntN(64, scaled);
      halves[2 * row + 1] = scaled >> 64n;
    }
    duckdb.copy_data_to_vector(vector, 0, halves.buffer, 0, 16 * count);
  };
}
