import type { ByteWriter } from '../batch/byte-writer.ts';
import { Tag } from '../batch/batch.ts';
import type { ColumnBuilder } from '../batch/column-builder.ts';
import { addArray, addDouble, addInt64, addObject, addTag, addText, createColumnBuilder } from '../batch/column-builder.ts';
import type { ObjectFields } from '../batch/object-fields.ts';
import { addKey, beginKeys, createObjectFields, endKeys } from '../batch/object-fields.ts';
import { utf8Text } from '../batch/utf8-text.ts';
import { isDateTime } from './date-time.ts';
import { writeInstant } from './instant.ts';
import type { Int64Halves } from './json/numbers.ts';
import { readDouble, readInt64 } from './json/numbers.ts';
import type { TapeSource } from './json/read-value.ts';
import { lastMembers } from './json/read-value.ts';
import { unescapeString } from './json/strings.ts';
import { Kind, nextEntry } from './json/tape.ts';
import { maxPaths } from './limits.ts';
import type { Typing } from './schema/typing.ts';

export type RecordColumn = ColumnBuilder<Typing | undefined>;

/** What filling needs besides the columns; one for a request. */
export interface FillContext extends TapeSource {
  /** Text behind the body's may be added while the body is read. */
  bytes: Uint8Array;
  readonly scratch: ByteWriter;
  readonly halves: Int64Halves;
  /** Secret of the key hashes. */
  readonly seed: number;
  /** Lone surrogates replaced since the caller last looked. */
  replacedSurrogates: number;
  /** Columns made for this body. */
  paths: number;
  /** A key given twice is an error instead of having its last value. */
  refuseRepeatedKeys: boolean;
}

/** A request has more different paths than `maxPaths`. */
export class TooManyPathsError extends Error {
  override readonly name = 'TooManyPathsError';
}

/** An object has a key twice, and the context refuses that. */
export class RepeatedKeyError extends Error {
  override readonly name = 'RepeatedKeyError';
  constructor() {
    super('A map has a key twice');
  }
}

/** Adds the value at a tape entry to a column, typed by import-api.md §6.5 and the column's typing. Recursion is bounded by `maxDepth`. */
export function fillValue(context: FillContext, column: RecordColumn, at: number): void {
  const { bytes, tape } = context;
  switch (tape.kinds[at] as Kind) {
    case Kind.null:
      return addTag(column, Tag.null);
    case Kind.false:
      return addTag(column, Tag.false);
    case Kind.true:
      return addTag(column, Tag.true);
    case Kind.integer:
      return fillInteger(context, column, tape.starts[at] as number, tape.ends[at] as number);
    case Kind.fraction:
      return fillFraction(bytes, column, tape.starts[at] as number, tape.ends[at] as number);
    case Kind.string:
      return fillString(column, bytes, tape.starts[at] as number, tape.ends[at] as number);
    case Kind.escapedString:
      unescape(context, at);
      return fillString(column, context.scratch.bytes, 0, context.scratch.length);
    case Kind.decimal:
      return addText(column, Tag.decimal, bytes, tape.starts[at] as number, tape.ends[at] as number);
    case Kind.instant:
      context.scratch.length = 0;
      writeInstant(bytes, tape.starts[at] as number, tape.ends[at] as number, context.scratch);
      return addText(column, Tag.timestamp, context.scratch.bytes, 0, context.scratch.length);
    case Kind.timestamp:
      return addText(column, Tag.timestamp, bytes, tape.starts[at] as number, tape.ends[at] as number);
    case Kind.nonFinite:
      return addDouble(column, nonFiniteValue(bytes, tape.starts[at] as number));
    case Kind.object:
      return fillObject(context, column, at);
    case Kind.array:
      return fillArray(context, column, at);
  }
}

function fillInteger(context: FillContext, column: RecordColumn, start: number, end: number): void {
  const rule = column.typing?.integers ?? 'own';
  if (rule === 'double') fillDouble(context.bytes, column, start, end);
  else if (rule === 'decimal') addText(column, Tag.decimal, context.bytes, start, end);
  else if (readInt64(context.bytes, start, end, context.halves)) addInt64(column, context.halves.low, context.halves.high);
  else addText(column, Tag.bigInteger, context.bytes, start, end);
}

function fillFraction(bytes: Uint8Array, column: RecordColumn, start: number, end: number): void {
  if (column.typing?.fractions === 'decimal') addText(column, Tag.decimal, bytes, start, end);
  else fillDouble(bytes, column, start, end);
}

function fillDouble(bytes: Uint8Array, column: RecordColumn, start: number, end: number): void {
  const value = readDouble(bytes, start, end);
  if (value === undefined) addText(column, Tag.doubleText, bytes, start, end);
  else addDouble(column, value);
}

function nonFiniteValue(bytes: Uint8Array, start: number): number {
  if (bytes[start] === 0x49) return Infinity;
  return bytes[start] === 0x2d && bytes[start + 1] === 0x49 ? -Infinity : Number.NaN;
}

function fillString(column: RecordColumn, bytes: Uint8Array, start: number, end: number): void {
  addText(column, stringTag(column.typing, bytes, start, end), bytes, start, end);
}

function stringTag(typing: Typing | undefined, bytes: Uint8Array, start: number, end: number): Tag {
  if (typing?.dateTime && isDateTime(bytes, start, end)) return Tag.timestamp;
  if (typing?.decimalString && isDecimal(bytes, start, end)) return Tag.decimal;
  return Tag.string;
}

function isDecimal(bytes: Uint8Array, start: number, end: number): boolean {
  return /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(utf8Text(bytes, start, end));
}

function fillArray(context: FillContext, column: RecordColumn, at: number): void {
  const { tape } = context;
  const items = (column.items ??= createColumn(context, column.typing?.items()));
  addArray(column, tape.starts[at] as number);
  const end = tape.ends[at] as number;
  for (let element = at + 1; element < end; element = nextEntry(tape, element)) fillValue(context, items, element);
}

function fillObject(context: FillContext, column: RecordColumn, at: number): void {
  const { tape } = context;
  const fields = (column.fields ??= createObjectFields(context.seed));
  const newColumn = (name: string): RecordColumn => createColumn(context, column.typing?.property(name));
  const end = tape.ends[at] as number;
  beginKeys(fields);
  for (let key = at + 1; key < end; key = nextEntry(tape, key + 1)) {
    if (addTapeKey(context, fields, key, newColumn)) continue;
    if (context.refuseRepeatedKeys) throw new RepeatedKeyError();
    return fillRepeated(context, column, fields, at, newColumn);
  }
  const shape = endKeys(fields);
  addObject(column, shape);
  const shapeFields = fields.shapes[shape] as number[];
  let index = 0;
  for (let key = at + 1; key < end; key = nextEntry(tape, key + 1)) {
    fillValue(context, fields.columns[shapeFields[index++] as number] as RecordColumn, key + 1);
  }
}

function addTapeKey(
  context: FillContext,
  fields: ObjectFields<RecordColumn>,
  key: number,
  newColumn: (name: string) => RecordColumn,
): boolean {
  const { bytes, tape, scratch } = context;
  if (tape.kinds[key] === Kind.string) return addKey(fields, bytes, tape.starts[key] as number, tape.ends[key] as number, newColumn);
  unescape(context, key);
  return addKey(fields, scratch.bytes, 0, scratch.length, newColumn);
}

/** An object with a repeated key: the first place, the last value. */
function fillRepeated(
  context: FillContext,
  column: RecordColumn,
  fields: ObjectFields<RecordColumn>,
  at: number,
  newColumn: (name: string) => RecordColumn,
): void {
  const members = lastMembers(context, at);
  beginKeys(fields);
  for (const name of members.keys()) {
    const key = Buffer.from(name, 'utf8');
    addKey(fields, key, 0, key.length, newColumn);
  }
  const shape = endKeys(fields);
  addObject(column, shape);
  const shapeFields = fields.shapes[shape] as number[];
  for (const [index, member] of [...members.values()].entries()) {
    fillValue(context, fields.columns[shapeFields[index] as number] as RecordColumn, member);
  }
}

function createColumn(context: FillContext, typing: Typing | undefined): RecordColumn {
  if (++context.paths > maxPaths) throw new TooManyPathsError(`The request has more than ${maxPaths} different fields`);
  return createColumnBuilder(typing);
}

/** Leaves the string at a tape entry in `scratch`. */
function unescape(context: FillContext, at: number): void {
  context.scratch.length = 0;
  context.replacedSurrogates += unescapeString(
    context.bytes,
    context.tape.starts[at] as number,
    context.tape.ends[at] as number,
    context.scratch,
  );
}
