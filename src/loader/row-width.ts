import type { Sheet } from '../sinks/sink.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import type { TableBuffer } from './table-buffer.ts';

const fixedBytes = 8;
/** A longer text leaves a pointer of this length in the row. */
const mostTextBytes = 24;

/** Why a row of the record just read cannot lie in the destination's pages, or undefined. `tables` are those with rows of the record. */
export function refuseWidth(tables: readonly TableBuffer[], sheet: Sheet): string | undefined {
  for (const table of tables) {
    if (table.columns.length * mostTextBytes <= sheet.maxRowBytes) continue;
    const bytes = new Float64Array(table.rows - table.mark.rows);
    for (const { buffer } of table.columns) addBytes(buffer, table.mark.rows, bytes);
    if (bytes.some((each) => each > sheet.maxRowBytes)) return `too many values in one row for ${sheet.label}`;
  }
  return undefined;
}

/** Adds what the column's values take, for the rows from `first` on. */
function addBytes({ type, count, rows, words }: ColumnBuffer, first: number, bytes: Float64Array): void {
  for (let entry = count - 1; entry >= 0 && (rows[entry] ?? 0) >= first; entry -= 1) {
    const row = (rows[entry] ?? 0) - first;
    const length = type === 'string' || type === 'number' ? (words[entry * 2 + 1] ?? 0) - (words[entry * 2] ?? 0) + 1 : fixedBytes;
    bytes[row] = (bytes[row] ?? 0) + Math.min(mostTextBytes, Math.ceil(length / fixedBytes) * fixedBytes);
  }
}
