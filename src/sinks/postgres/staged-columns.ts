import type { StagedColumn } from '../sink.ts';

/** A column of 64-bit values, one for each row. */
export function cellColumn(name: string, type: 'bigint' | 'date', values: BigInt64Array<ArrayBuffer>): StagedColumn {
  return { name, type, valid: allValid(values.length), cells: new Uint8Array(values.buffer) };
}

/** A column of flags, 0 or 1 for each row. */
export function flagColumn(name: string, flags: Uint8Array<ArrayBuffer>): StagedColumn {
  return { name, type: 'boolean', valid: allValid(flags.length), flags };
}

/** A column with a text for each row. */
export function textColumn<Row>(name: string, rows: readonly Row[], pick: (row: Row) => string): StagedColumn {
  return binaryColumn(name, rows, (row) => Buffer.from(pick(row)));
}

/** A column with bytes for each row; in a binary COPY a `bytea` looks as a text does. */
export function binaryColumn<Row>(name: string, rows: readonly Row[], pick: (row: Row) => Uint8Array): StagedColumn {
  const parts = rows.map(pick);
  const ends = new Uint32Array(rows.length);
  let end = 0;
  for (const [index, part] of parts.entries()) ends[index] = end += part.length;
  const starts = new Uint32Array(rows.length);
  starts.set(ends.subarray(0, -1), 1);
  return { name, type: 'string', valid: allValid(rows.length), text: { bytes: Buffer.concat(parts), starts, ends } };
}

function allValid(rows: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(rows).fill(1);
}
