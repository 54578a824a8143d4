import { randomInt } from 'node:crypto';
import type { Batch } from './batch.ts';
import { Action, Tag, absentTime } from './batch.ts';
import { createBatchBuilder } from './batch-builder.ts';
import type { ColumnBuilder } from './column-builder.ts';
import { addArray, addDouble, addInt64, addObject, addTag, addText, createColumnBuilder } from './column-builder.ts';
import type { Cursor } from './cursor.ts';
import { createCursor, nextCell, nextLength, nextShape, nextTag, nextText, skipValue } from './cursor.ts';
import { addKey, beginKeys, createObjectFields, endKeys } from './object-fields.ts';

/**
 * Each chosen upsert as a batch of that one message, with everything a batch says of it: message index → batch. Types, digits, key order,
 * sequence, version and key names are those of the whole. A message that is not an upsert is left out.
 */
export function extractMessages(batch: Batch, indexes: Iterable<number>): Map<number, Batch> {
  const wanted = new Set(indexes);
  const extracted = new Map<number, Batch>();
  const seed = randomInt(2 ** 31);
  const cursor = createCursor(batch.records);
  for (let index = 0; index < batch.count && extracted.size < wanted.size; index++) {
    if (batch.actions[index] !== Action.upsert) continue;
    if (wanted.has(index)) extracted.set(index, extractNext(batch, index, cursor, seed));
    else skipValue(cursor);
  }
  return extracted;
}

function extractNext(batch: Batch, index: number, cursor: Cursor, seed: number): Batch {
  const { table, keyNames, tableVersion, bookmarkNames } = batch;
  const builder = createBatchBuilder<undefined>({ table, keyNames, tableVersion, bookmarkNames, typing: undefined });
  const sequence = batch.sequences[index] ?? 0n;
  const time = batch.timesExtracted?.[index];
  builder.addMessage(Action.upsert, Number(BigInt.asIntN(32, sequence)), Number(sequence >> 32n), time === absentTime ? undefined : time);
  copyValue(cursor, builder.records, seed);
  return builder.finish(0);
}

/** Appends the next value of a cursor to a column. Recursion is bounded by the nesting of the source (`maxNesting`). */
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
