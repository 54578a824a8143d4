import { Tag } from '../batch/batch.ts';
import type { Cursor } from '../batch/cursor.ts';
import { nextCell, nextText, skipAfterTag } from '../batch/cursor.ts';
import type { LogicalType } from '../sinks/sink.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import { appendBytes, appendWords } from './column-buffer.ts';
import type { Field, ReadContext, RecordState } from './field.ts';
import { quoteForReason } from './field-name.ts';
import { openBuffer } from './table-buffer.ts';
import { findPlainTimestamp, findTimestamp } from './timestamp.ts';

/** Fields a reason names at most when a record has many that cannot be columns. */
const maxNamedFields = 20;

/** Puts what follows a tag, other than an object or array, into its column, or says why the record cannot load (loading.md §4). */
export function readScalar(context: ReadContext, field: Field, tag: Tag, row: number, instance: number): void {
  const { state, sheet } = context;
  const { name, slot, cursor } = field;
  if (name.refuseColumn !== undefined) state.reason = name.refuseColumn;
  else if (name.dropColumn !== undefined) {
    if (slot.isKey) state.reason = name.dropColumn;
    else if (tag !== Tag.null) dropField(field, state);
    return skipAfterTag(cursor, tag);
  } else if (slot.claim === instance) state.reason = `Field collision on ${quoteForReason(name.column)}`;
  if (state.reason !== undefined) return skipAfterTag(cursor, tag);
  slot.claim = instance;
  slot.claimedType = undefined;
  switch (tag) {
    case Tag.null:
      return;
    case Tag.false:
    case Tag.true:
      return put(context, field, 'boolean', row, tag === Tag.true ? 1 : 0, 0);
    case Tag.int64:
    case Tag.double: {
      const at = nextCell(cursor) / 4;
      return put(context, field, tag === Tag.int64 ? 'bigint' : 'double', row, field.words[at] ?? 0, field.words[at + 1] ?? 0);
    }
    default:
      nextText(cursor);
  }
  if (holdsNul(field)) {
    state.reason = `string with U+0000 not supported by ${sheet.label} on ${quoteForReason(name.column)}`;
    return;
  }
  if (tag === Tag.string) return putText(context, field, 'string', row);
  if (tag === Tag.timestamp) return putTimestamp(context, field, row);
  const text = textOf(cursor);
  if (tag === Tag.bigInteger) state.reason = `integer out of range for ${sheet.label} on ${quoteForReason(text)}`;
  else if (tag === Tag.decimal) {
    state.reason = sheet.refuseDecimal(text);
    if (state.reason === undefined) putText(context, field, 'number', row);
  } else {
    const value = Number(text);
    if (Number.isFinite(value)) putDouble(context, field, row, value);
    else state.reason = `double out of range for ${sheet.label} on ${quoteForReason(text)}`;
  }
}

function putTimestamp(context: ReadContext, field: Field, row: number): void {
  const { state, sheet } = context;
  const { column, textStart, textEnd } = field.cursor;
  const micros = findPlainTimestamp(column.text, textStart, textEnd) ?? findTimestamp(textOf(field.cursor));
  const [least, greatest] = sheet.timestampRange;
  if (micros === undefined || micros < least || micros > greatest)
    state.reason = `timestamp out of range for ${sheet.label} on ${quoteForReason(textOf(field.cursor))}`;
  else if (typeof micros === 'number') put(context, field, 'date', row, micros >>> 0, Math.floor(micros / 2 ** 32) >>> 0);
  else put(context, field, 'date', row, Number(BigInt.asUintN(32, micros)), Number(BigInt.asUintN(32, micros >> 32n)));
}

function put(context: ReadContext, field: Field, type: LogicalType, row: number, low: number, high: number): void {
  const buffer = open(context, field, type);
  if (buffer !== undefined) appendWords(buffer, row, low, high);
}

const doubleCell = new Float64Array(1);
const doubleWords = new Uint32Array(doubleCell.buffer);

function putDouble(context: ReadContext, field: Field, row: number, value: number): void {
  doubleCell[0] = value;
  put(context, field, 'double', row, doubleWords[0] ?? 0, doubleWords[1] ?? 0);
}

/** The column's whole text is taken over at its first value; values are slices of it. */
function putText(context: ReadContext, field: Field, type: 'string' | 'number', row: number): void {
  const buffer = open(context, field, type);
  if (buffer === undefined) return;
  if (type === 'string' && field.stringBase < 0) field.stringBase = appendBytes(buffer, field.cursor.column.text);
  if (type === 'number' && field.numberBase < 0) field.numberBase = appendBytes(buffer, field.cursor.column.text);
  const base = type === 'string' ? field.stringBase : field.numberBase;
  appendWords(buffer, row, base + field.cursor.textStart, base + field.cursor.textEnd);
}

function open(context: ReadContext, field: Field, type: LogicalType): ColumnBuffer | undefined {
  const { state } = context;
  state.hasValue = true;
  field.slot.claimedType = type;
  const buffer = openBuffer(field.table, field.slot, field.name.column, type);
  if (typeof buffer !== 'string') return buffer;
  state.reason = buffer;
  return undefined;
}

/** Notes that a field is left out while its record loads. */
export function dropField(field: Field, state: RecordState): void {
  const reason = field.name.dropColumn;
  if (reason !== undefined && state.droppedFields.length < maxNamedFields) state.droppedFields.push(reason);
}

function holdsNul(field: Field): boolean {
  const { column, textStart, textEnd } = field.cursor;
  field.holdsNul ??= bufferOf(column.text).includes(0);
  return field.holdsNul && column.text.subarray(textStart, textEnd).includes(0);
}

function textOf({ column: { text }, textStart, textEnd }: Cursor): string {
  return bufferOf(text).toString('utf8', textStart, textEnd);
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
