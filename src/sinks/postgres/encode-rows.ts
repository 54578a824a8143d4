import { TableStoppedError } from '../errors.ts';
import type { StagedColumn } from '../sink.ts';
import { createDecimal, numericBytes, readDecimal, writeNumeric } from './numeric.ts';

/** The head of a binary COPY: signature, no flags, no extension (PostgreSQL, COPY, file formats). */
const head = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const tail = Buffer.from([0xff, 0xff]);

/** Rows looked at together, and bytes a piece has at most unless one row has more. */
const rowsPerBlock = 2048;
const bytesPerBlock = 2 ** 20;

/** Everything a COPY of these columns sends, in pieces; each row is a field count, then per field its length and value, big-endian. */
export function* encodeRows(columns: readonly StagedColumn[], rows: number): Generator<Buffer, void> {
  const fields = columns.map((column) => createField(column, rows));
  const sizes = new Uint32Array(rowsPerBlock);
  yield head;
  for (let first = 0; first < rows;) {
    const seen = Math.min(rowsPerBlock, rows - first);
    sizes.fill(2 + 4 * fields.length, 0, seen);
    for (const field of fields) field.measure(first, seen, sizes);
    let bytes = 0;
    let count = 0;
    // `sizes` becomes where each row begins.
    for (; count < seen && (count === 0 || bytes + (sizes[count] ?? 0) <= bytesPerBlock); count += 1) {
      const size = sizes[count] ?? 0;
      sizes[count] = bytes;
      bytes += size;
    }
    const block = Buffer.allocUnsafe(bytes);
    const target = new DataView(block.buffer, block.byteOffset, block.byteLength);
    for (let row = 0; row < count; row += 1) {
      const at = sizes[row] ?? 0;
      target.setInt16(at, fields.length);
      sizes[row] = at + 2;
    }
    for (const field of fields) field.write(first, count, sizes, block, target);
    yield block;
    first += count;
  }
  yield tail;
}

/** One column; row `first + i` is at place i of the cursors. */
interface Field {
  /** Adds the bytes of each value. */
  measure(first: number, count: number, sizes: Uint32Array): void;
  /** Writes length and value of each row at its cursor and moves the cursor behind them. */
  write(first: number, count: number, cursors: Uint32Array, block: Buffer, target: DataView): void;
}

function createField(column: StagedColumn, rows: number): Field {
  const { name, type, valid, cells, flags, text } = column;
  const values = cells !== undefined ? cells.length / 8 : flags !== undefined ? flags.length : (text?.ends.length ?? 0);
  if (valid.length < rows || values < rows) throw new Error(`Column ${name} has fewer than ${rows} values.`);
  if (cells !== undefined) return cellField(valid, cells, type === 'date');
  if (flags !== undefined) return flagField(valid, flags);
  if (text === undefined) throw new Error(`Column ${name} has no values.`);
  return type === 'number' ? decimalField(name, valid, text) : textField(valid, text);
}

/** Microseconds from 1970 to 2000, PostgreSQL's epoch, in two halves. */
const epochLow = 946_684_800_000_000 % 2 ** 32;
const epochHigh = Math.floor(946_684_800_000_000 / 2 ** 32);

function cellField(valid: Uint8Array, cells: Uint8Array, isDate: boolean): Field {
  const source = new DataView(cells.buffer, cells.byteOffset, cells.byteLength);
  return {
    measure: (first, count, sizes) => measureFixed(valid, 8, first, count, sizes),
    write(first, count, cursors, _, target) {
      for (let row = 0; row < count; row += 1) {
        const at = cursors[row] ?? 0;
        if (valid[first + row] === 0) {
          target.setInt32(at, -1);
          cursors[row] = at + 4;
          continue;
        }
        let low = source.getUint32((first + row) * 8, true);
        let high = source.getInt32((first + row) * 8 + 4, true);
        if (isDate) {
          low -= epochLow;
          high -= epochHigh;
          if (low < 0) {
            low += 2 ** 32;
            high -= 1;
          }
        }
        target.setInt32(at, 8);
        target.setInt32(at + 4, high);
        target.setUint32(at + 8, low);
        cursors[row] = at + 12;
      }
    },
  };
}

function flagField(valid: Uint8Array, flags: Uint8Array): Field {
  return {
    measure: (first, count, sizes) => measureFixed(valid, 1, first, count, sizes),
    write(first, count, cursors, block, target) {
      for (let row = 0; row < count; row += 1) {
        const at = cursors[row] ?? 0;
        const present = valid[first + row] !== 0;
        target.setInt32(at, present ? 1 : -1);
        if (present) block[at + 4] = flags[first + row] ?? 0;
        cursors[row] = at + (present ? 5 : 4);
      }
    },
  };
}

type Text = NonNullable<StagedColumn['text']>;

/** Up to here a loop over the bytes is quicker than a call that copies them. */
const shortText = 24;

function textField(valid: Uint8Array, { bytes, starts, ends }: Text): Field {
  return {
    measure(first, count, sizes) {
      for (let row = 0; row < count; row += 1) {
        if (valid[first + row] !== 0) sizes[row] = (sizes[row] ?? 0) + (ends[first + row] ?? 0) - (starts[first + row] ?? 0);
      }
    },
    write(first, count, cursors, block, target) {
      for (let row = 0; row < count; row += 1) {
        const at = cursors[row] ?? 0;
        if (valid[first + row] === 0) {
          target.setInt32(at, -1);
          cursors[row] = at + 4;
          continue;
        }
        const start = starts[first + row] ?? 0;
        const length = (ends[first + row] ?? 0) - start;
        target.setInt32(at, length);
        if (length > shortText) block.set(bytes.subarray(start, start + length), at + 4);
        else for (let index = 0; index < length; index += 1) block[at + 4 + index] = bytes[start + index] ?? 0;
        cursors[row] = at + 4 + length;
      }
    },
  };
}

function decimalField(name: string, valid: Uint8Array, { bytes, starts, ends }: Text): Field {
  const decimal = createDecimal();
  const read = (row: number): void => {
    if (readDecimal(bytes, starts[row] ?? 0, ends[row] ?? 0, decimal)) return;
    throw new TableStoppedError(`Column ${name} holds a decimal that should have been rejected.`);
  };
  return {
    measure(first, count, sizes) {
      for (let row = 0; row < count; row += 1) {
        if (valid[first + row] === 0) continue;
        read(first + row);
        sizes[row] = (sizes[row] ?? 0) + numericBytes(decimal);
      }
    },
    write(first, count, cursors, _, target) {
      for (let row = 0; row < count; row += 1) {
        const at = cursors[row] ?? 0;
        if (valid[first + row] === 0) {
          target.setInt32(at, -1);
          cursors[row] = at + 4;
          continue;
        }
        read(first + row);
        target.setInt32(at, numericBytes(decimal));
        cursors[row] = writeNumeric(bytes, decimal, target, at + 4);
      }
    },
  };
}

function measureFixed(valid: Uint8Array, width: number, first: number, count: number, sizes: Uint32Array): void {
  for (let row = 0; row < count; row += 1) if (valid[first + row] !== 0) sizes[row] = (sizes[row] ?? 0) + width;
}
