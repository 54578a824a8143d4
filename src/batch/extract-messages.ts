import { randomInt } from 'node:crypto';
import type { Batch, Column } from './batch.ts';
import { Action, Tag, absentTime } from './batch.ts';
import type { ColumnBuilder } from './column-builder.ts';
import { addArray, addDouble, addInt64, addObject, addTag, addText, builtColumn, createColumnBuilder } from './column-builder.ts';
import type { Cursor } from './cursor.ts';
import { createCursor, nextCell, nextLength, nextShape, nextTag, nextText, skipValue } from './cursor.ts';
import { addKey, beginKeys, createObjectFields, endKeys } from './object-fields.ts';
import { takesCell, takesText } from './tags.ts';

/**
 * Each chosen upsert as a batch of that one message, with everything a batch says of it: message index → batch. Types, digits, key order,
 * sequence, version and key names are those of the whole, of whose arrays the batches hold views. A message that is not an upsert is left out.
 */
export function extractMessages(batch: Batch, indexes: Iterable<number>): Map<number, Batch> {
  const wanted = new Set(indexes);
  const extracted = new Map<number, Batch>();
  const seed = randomInt(2 ** 31);
  const cursor = createCursor(batch.records);
  for (let index = 0; index < batch.count && extracted.size < wanted.size; index++) {
    if (batch.actions[index] !== Action.upsert) continue;
    if (wanted.has(index)) extracted.set(index, messageOf(batch, index, takeValue(cursor, seed)));
    else skipValue(cursor);
  }
  return extracted;
}

function messageOf(batch: Batch, index: number, records: Column): Batch {
  const { table, keyNames, tableVersion, bookmarkNames, timesExtracted } = batch;
  const hasTime = timesExtracted !== undefined && timesExtracted[index] !== absentTime;
  return {
    table,
    keyNames,
    tableVersion,
    bookmarkNames,
    replacedSurrogates: 0,
    count: 1,
    actions: Uint8Array.of(Action.upsert),
    sequences: batch.sequences.subarray(index, index + 1),
    timesExtracted: hasTime ? timesExtracted.subarray(index, index + 1) : undefined,
    records,
  };
}

const noBytes = new Uint8Array(0);
const noNumbers = new Uint32Array(0);

/** The next value of a cursor as a column of its own. Recursion is bounded by the nesting of the source (`maxNesting`). */
function takeValue(cursor: Cursor, seed: number): Column {
  const tag = nextTag(cursor);
  const { cells, text } = cursor.column;
  const value = {
    tags: Uint8Array.of(tag),
    cells: noBytes,
    text: noBytes,
    textEnds: noNumbers,
    counts: noNumbers,
    shapes: [],
    items: undefined,
  };
  if (takesText[tag]) {
    nextText(cursor);
    const { textStart, textEnd } = cursor;
    return { ...value, text: text.subarray(textStart, textEnd), textEnds: Uint32Array.of(textEnd - textStart) };
  }
  if (takesCell[tag]) {
    const at = nextCell(cursor);
    return { ...value, cells: cells.subarray(at, at + 8) };
  }
  if (tag === Tag.object) {
    const { names, cursors } = nextShape(cursor);
    return { ...value, counts: Uint32Array.of(0), shapes: [{ names, columns: cursors.map((child) => takeValue(child, seed)) }] };
  }
  if (tag !== Tag.array) return value;
  const items = createColumnBuilder(undefined);
  const length = nextLength(cursor);
  for (let left = length; left > 0; left--) copyValue(cursor.items as Cursor, items, seed);
  return { ...value, counts: Uint32Array.of(length), items: builtColumn(items) };
}

/** Appends the next value of a cursor to a column: elements of one array share columns. */
function copyValue(cursor: Cursor, target: ColumnBuilder, seed: number): void {
  const tag = nextTag(cursor);
  switch (tag) {
    case Tag.null:
    case Tag.false:
    case Tag.true:
      return addTag(target, tag);
    case Tag.int64: {
      const at = nextCell(cursor);
      return addInt64(target, cellsOf(cursor).getInt32(at, true), cellsOf(cursor).getInt32(at + 4, true));
    }
    case Tag.double:
      return addDouble(target, cellsOf(cursor).getFloat64(nextCell(cursor), true));
    case Tag.array: {
      const length = nextLength(cursor);
      addArray(target, length);
      const items = (target.items ??= createColumnBuilder(undefined));
      for (let left = length; left > 0; left--) copyValue(cursor.items as Cursor, items, seed);
      return;
    }
    case Tag.object:
      return copyObject(cursor, target, seed);
    default:
      nextText(cursor);
      addText(target, tag, cursor.column.text, cursor.textStart, cursor.textEnd);
  }
}

function copyObject(cursor: Cursor, target: ColumnBuilder, seed: number): void {
  const { names, cursors } = nextShape(cursor);
  const fields = (target.fields ??= createObjectFields<ColumnBuilder>(seed));
  beginKeys(fields);
  for (const name of names) {
    const key = Buffer.from(name);
    addKey(fields, key, 0, key.length, () => createColumnBuilder(undefined));
  }
  const shape = endKeys(fields);
  addObject(target, shape);
  for (const [index, field] of (fields.shapes[shape] ?? []).entries())
    copyValue(cursors[index] as Cursor, fields.columns[field] as ColumnBuilder, seed);
}

function cellsOf({ column: { cells } }: Cursor): DataView {
  return new DataView(cells.buffer, cells.byteOffset, cells.byteLength);
}
