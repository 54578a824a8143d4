import type { Cursor } from '../batch/cursor.ts';
import type { Sheet } from '../sinks/sink.ts';
import type { FieldName } from './field-name.ts';
import { planFieldName } from './field-name.ts';
import type { Slot, TableBuffer } from './table-buffer.ts';
import { getSlot } from './table-buffer.ts';
import type { WindowTables } from './window-tables.ts';

/** What reading one record came to. */
export interface RecordState {
  /** Numbers the records of a window. */
  record: number;
  /** Numbers the rows of a window, root rows and elements, and is never given twice. */
  instance: number;
  rootRow: number;
  /** Why the whole record is set aside. */
  reason: string | undefined;
  /** Whether there was a value other than null. */
  hasValue: boolean;
  /** Reasons of fields left out while the record loads. */
  readonly droppedFields: string[];
  /** Tables with rows of this record: the first `touchedCount`. */
  readonly touched: TableBuffer[];
  touchedCount: number;
}

export interface ReadContext {
  readonly sheet: Sheet;
  readonly tables: WindowTables;
  /** Folded names of the key columns. */
  readonly keys: ReadonlySet<string>;
  readonly state: RecordState;
}

/** One column of a batch, bound to the table and slot its values go to. */
export interface Field {
  readonly cursor: Cursor;
  readonly table: TableBuffer;
  readonly name: FieldName;
  readonly slot: Slot;
  /** What the names of an object's fields start with. */
  readonly prefix: string;
  /** The cells as pairs of 32-bit words. */
  readonly words: Uint32Array;
  /** Whether some text of the column holds U+0000; undefined until it is asked. */
  holdsNul: boolean | undefined;
  /** Where the column's text begins in the buffer of each text type, −1 until it is there. */
  stringBase: number;
  numberBase: number;
  readonly objects: (readonly Field[] | undefined)[];
  readonly byCursor: Map<Cursor, Field>;
  child: TableBuffer | undefined;
  element: Field | undefined;
}

/** Binds a column to its place in a table. `prefix` is the cleaned path before its raw key, `''` or ending in `__`. */
export function bindField(context: ReadContext, cursor: Cursor, table: TableBuffer, prefix: string, raw: string): Field {
  const path = `${prefix}\u0000${raw}`;
  let name = table.names.get(path);
  if (name === undefined) table.names.set(path, (name = planFieldName(context.sheet, prefix, raw)));
  const { cells } = cursor.column;
  const aligned = cells.byteOffset % 4 === 0 ? cells : cells.slice();
  return {
    cursor,
    table,
    name,
    slot: getSlot(table, name, context.keys),
    // A longer prefix changes nothing any more: every name below it is too long.
    prefix: `${name.column.slice(0, 4 * context.sheet.maxColumnName)}__`,
    words: new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4),
    holdsNul: undefined,
    stringBase: -1,
    numberBase: -1,
    objects: [],
    byCursor: new Map(),
    child: undefined,
    element: undefined,
  };
}

/** The fields of one of the shapes that the objects of a field have. */
export function bindFields(context: ReadContext, field: Field, shapeIndex: number, prefix: string): readonly Field[] {
  const shape = field.cursor.shapes[shapeIndex];
  if (shape === undefined) throw new RangeError('An object has no shape.');
  return shape.cursors.map((cursor, key) => {
    let bound = field.byCursor.get(cursor);
    if (bound === undefined) field.byCursor.set(cursor, (bound = bindField(context, cursor, field.table, prefix, shape.names[key] ?? '')));
    return bound;
  });
}
