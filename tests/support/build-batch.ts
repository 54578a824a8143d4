import type { Batch } from '../../src/batch/batch.ts';
import { Action, Tag } from '../../src/batch/batch.ts';
import { createBatchBuilder } from '../../src/batch/batch-builder.ts';
import type { ColumnBuilder } from '../../src/batch/column-builder.ts';
import { addArray, addDouble, addInt64, addObject, addTag, addText, createColumnBuilder } from '../../src/batch/column-builder.ts';
import { addKey, beginKeys, createObjectFields, endKeys } from '../../src/batch/object-fields.ts';

/** A value as it stands in a record: bigint is an integer token, number a token with fraction or exponent. */
export type RecordValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Lossless
  | readonly RecordValue[]
  | { readonly [key: string]: RecordValue };

/** A value whose exact text travels: decimals, timestamps, doubles of many digits. */
export interface Lossless {
  readonly tag: typeof Tag.decimal | typeof Tag.timestamp | typeof Tag.doubleText;
  readonly losslessText: string;
}

export const decimal = (losslessText: string): Lossless => ({ tag: Tag.decimal, losslessText });
export const timestamp = (losslessText: string): Lossless => ({ tag: Tag.timestamp, losslessText });
export const doubleText = (losslessText: string): Lossless => ({ tag: Tag.doubleText, losslessText });

export interface MessageInput {
  readonly sequence: bigint;
  /** Undefined: an activation. */
  readonly data: { readonly [key: string]: RecordValue } | undefined;
  /** Microseconds since the epoch. */
  readonly extractedAt?: bigint;
}

export interface BatchInput {
  readonly table: string;
  readonly keyNames: readonly string[];
  readonly tableVersion?: bigint;
  readonly bookmarkNames?: readonly string[];
  readonly replacedSurrogates?: number;
  readonly messages: readonly MessageInput[];
}

/** The batch intake would make of these messages. */
export function buildBatch(input: BatchInput): Batch {
  const { table, keyNames, tableVersion, bookmarkNames = [] } = input;
  const builder = createBatchBuilder<undefined>({ table, keyNames, tableVersion, bookmarkNames, typing: undefined });
  for (const { sequence, data, extractedAt } of input.messages) {
    const action = data === undefined ? Action.activateVersion : Action.upsert;
    builder.addMessage(action, Number(BigInt.asIntN(32, sequence)), Number(BigInt.asIntN(32, sequence >> 32n)), extractedAt);
    if (data !== undefined) addValue(builder.records, data);
  }
  return builder.finish(input.replacedSurrogates ?? 0);
}

const newColumn = (): ColumnBuilder => createColumnBuilder(undefined);

function addValue(column: ColumnBuilder, value: RecordValue): void {
  if (value === null) addTag(column, Tag.null);
  else if (typeof value === 'boolean') addTag(column, value ? Tag.true : Tag.false);
  else if (typeof value === 'bigint') addInteger(column, value);
  else if (typeof value === 'number') addDouble(column, value);
  else if (typeof value === 'string') addString(column, Tag.string, value);
  else if (isArray(value)) {
    column.items ??= newColumn();
    addArray(column, value.length);
    for (const item of value) addValue(column.items, item);
  } else if (isLossless(value)) addString(column, value.tag, value.losslessText);
  else addRecord(column, value);
}

function addInteger(column: ColumnBuilder, value: bigint): void {
  if (BigInt.asIntN(64, value) === value) addInt64(column, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  else addString(column, Tag.bigInteger, value.toString());
}

function addString(column: ColumnBuilder, tag: Tag, value: string): void {
  const bytes = new TextEncoder().encode(value);
  addText(column, tag, bytes, 0, bytes.length);
}

function addRecord(column: ColumnBuilder, value: { readonly [key: string]: RecordValue }): void {
  const fields = (column.fields ??= createObjectFields(1));
  const entries = Object.entries(value);
  beginKeys(fields);
  for (const [key] of entries) {
    const bytes = new TextEncoder().encode(key);
    addKey(fields, bytes, 0, bytes.length, newColumn);
  }
  const shape = endKeys(fields);
  addObject(column, shape);
  for (const [index, [, item]] of entries.entries()) {
    const child = fields.columns[fields.shapes[shape]?.[index] ?? -1];
    if (child === undefined) throw new RangeError('A key has no column.');
    addValue(child, item);
  }
}

function isArray(value: RecordValue): value is readonly RecordValue[] {
  return Array.isArray(value);
}

function isLossless(value: object): value is Lossless {
  return 'losslessText' in value;
}
