import duckdb from '@duckdb/node-bindings';
import { isUtf8 } from 'node:buffer';
import { TableStoppedError } from '../errors.ts';
import type { StagedColumn } from '../sink.ts';
import type { ColumnWriter, Scratch, StagedText } from './stage-chunk.ts';
import { rowsPerChunk } from './stage-chunk.ts';
import { createStringWriter } from './stage-strings.ts';
import { scaleDecimal } from './types.ts';

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
export function createColumnWriter(column: StagedColumn, scratch: Scratch): ColumnWriter {
  const writeValues = valueWriter(column, scratch);
  const { valid } = column;
  if (!Buffer.from(valid.buffer, valid.byteOffset, valid.byteLength).includes(0)) return writeValues;
  const maskBytes = rowsPerChunk / 8;
  return (vector, first, count) => {
    writeValues(vector, first, count);
    const { bytes } = scratch;
    bytes.fill(0, 0, maskBytes);
    for (let row = 0; row < count; row += 1) {
      const byte = row >> 3;
      bytes[byte] = (bytes[byte] ?? 0) | ((valid[first + row] === 0 ? 0 : 1) << (row & 7));
    }
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, bytes.buffer, 0, maskBytes);
  };
}

function valueWriter(column: StagedColumn, scratch: Scratch): ColumnWriter {
  const { cells, flags, text } = column;
  if (cells !== undefined) return fixedWidth(cells, 8);
  if (flags !== undefined) return fixedWidth(flags, 1);
  if (text === undefined) throw new Error(`Column ${column.name} has no values.`);
  return column.type === 'number' ? decimals(column, text, scratch) : createStringWriter(column.valid, text, scratch);
}

function fixedWidth(bytes: Uint8Array<ArrayBuffer>, width: number): ColumnWriter {
  return (vector, first, count) => {
    duckdb.copy_data_to_vector(vector, 0, bytes.buffer, bytes.byteOffset + first * width, count * width);
  };
}

/** DECIMAL(38,12) is a 128-bit integer, low half first; written here, no rounding cast can touch it. */
function decimals(column: StagedColumn, { bytes, starts, ends }: StagedText, scratch: Scratch): ColumnWriter {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const halves = new BigInt64Array(scratch.bytes.buffer);
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
