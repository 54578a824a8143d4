import type { Column } from '../batch/batch.ts';
import { Tag } from '../batch/batch.ts';
import { createCursor, nextLength, nextTag, skipAfterTag } from '../batch/cursor.ts';
import type { Field, ReadContext, RecordState } from './field.ts';
import { bindField, bindFields } from './field.ts';
import { quoteForReason } from './field-name.ts';
import { dropField, readScalar } from './read-scalar.ts';
import type { TableBuffer } from './table-buffer.ts';
import { appendRootRow, appendRow, markRecord } from './table-buffer.ts';

/** Reads the records of one batch in order; each call takes the next record as row `state.rootRow` of the root table. */
export function createRecordReader(context: ReadContext, records: Column): () => void {
  const { state, tables } = context;
  const rootField = bindField(context, createCursor(records), tables.root, '', '');
  return () => {
    markTable(state, tables.root);
    appendRootRow(tables.root);
    nextTag(rootField.cursor);
    readObject(context, rootField, '', state.rootRow, state.instance++);
  };
}

/** Reads the fields of the next object. The root record and an element of an array have the prefix `''`. */
function readObject(context: ReadContext, field: Field, prefix: string, row: number, instance: number): void {
  const shape = field.cursor.column.counts[field.cursor.countsRead++] ?? 0;
  const fields = (field.objects[shape] ??= bindFields(context, field, shape, prefix));
  for (const child of fields) readField(context, child, row, instance);
}

function readField(context: ReadContext, field: Field, row: number, instance: number): void {
  const { state } = context;
  const { cursor, name } = field;
  const tag = nextTag(cursor);
  if (state.reason === undefined && name.refuseField !== undefined) state.reason = name.refuseField;
  if (state.reason !== undefined) return skipAfterTag(cursor, tag);
  if (name.nameless) {
    if (tag !== Tag.null) dropField(field, state);
    return skipAfterTag(cursor, tag);
  }
  if (tag === Tag.object) return readObject(context, field, field.prefix, row, instance);
  if (tag === Tag.array) return readArray(context, field, row, instance);
  readScalar(context, field, tag, row, instance);
}

function readArray(context: ReadContext, field: Field, row: number, instance: number): void {
  const { state, tables } = context;
  const length = nextLength(field.cursor);
  if (length === 0) return;
  const child = (field.child ??= tables.child(field.table, field.name));
  const items = field.cursor.items;
  if (items === undefined) throw new RangeError('An array has no elements.');
  const element = (field.element ??= bindField(context, items, child, '', 'value'));
  if (child.claim === instance) state.reason = `Field collision on ${quoteForReason(field.name.column)}`;
  child.claim = instance;
  state.reason ??= tables.take(child, field.name);
  if (state.reason === undefined) markTable(state, child);
  for (let index = 0; index < length; index += 1) {
    const tag = nextTag(items);
    if (state.reason !== undefined) {
      skipAfterTag(items, tag);
      continue;
    }
    const childRow = appendRow(child, state.rootRow, row, index);
    const childInstance = state.instance++;
    state.hasValue = true;
    if (tag === Tag.object) readObject(context, element, '', childRow, childInstance);
    else if (tag === Tag.array) readArray(context, element, childRow, childInstance);
    else if (tag !== Tag.null) readScalar(context, element, tag, childRow, childInstance);
  }
}

function markTable(state: RecordState, table: TableBuffer): void {
  if (markRecord(table, state.record)) state.touched[state.touchedCount++] = table;
}
