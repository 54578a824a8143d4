import { freeLargeMemory } from '../lib/free-memory.ts';
import type { Column, Shape } from './batch.ts';
import { Tag } from './batch.ts';
import type { ObjectFields } from './object-fields.ts';
import { forgetShapes } from './object-fields.ts';

/**
 * A column being filled, value by value. `Typing` is whatever the filler wants to keep at each path (a schema's node, for one).
 * Arrays exist once needed: a request may have many columns of few values.
 */
export interface ColumnBuilder<Typing = undefined> {
  readonly typing: Typing;
  tags: Uint8Array;
  tagCount: number;
  cells: Uint8Array;
  cellLength: number;
  text: Uint8Array;
  textLength: number;
  textEnds: Uint32Array;
  textCount: number;
  counts: Uint32Array;
  countCount: number;
  fields: ObjectFields<ColumnBuilder<Typing>> | undefined;
  items: ColumnBuilder<Typing> | undefined;
}

const noBytes = new Uint8Array(0);
const noNumbers = new Uint32Array(0);

/** An empty column. */
export function createColumnBuilder<Typing>(typing: Typing): ColumnBuilder<Typing> {
  return {
    typing,
    tags: noBytes,
    tagCount: 0,
    cells: noBytes,
    cellLength: 0,
    text: noBytes,
    textLength: 0,
    textEnds: noNumbers,
    textCount: 0,
    counts: noNumbers,
    countCount: 0,
    fields: undefined,
    items: undefined,
  };
}

/** Removes all values; the arrays and the columns below stay for the next ones. */
export function clearColumn<T>(column: ColumnBuilder<T>): void {
  column.tagCount = 0;
  column.cellLength = 0;
  column.textLength = 0;
  column.textCount = 0;
  column.countCount = 0;
  const { fields, items } = column;
  if (fields) {
    forgetShapes(fields);
    for (const field of fields.columns) clearColumn(field);
  }
  if (items) clearColumn(items);
}

/** What a column holds in memory, roughly, with the columns below. */
export function columnBytes<T>({ tags, cells, text, textEnds, counts, fields, items }: ColumnBuilder<T>): number {
  let bytes = columnOverheadBytes + tags.length + cells.length + text.length + 4 * (textEnds.length + counts.length);
  if (fields) for (const field of fields.columns) bytes += columnBytes(field);
  if (items) bytes += columnBytes(items);
  return bytes;
}

const columnOverheadBytes = 500;

/** Adds `null`, `false` or `true`, or the tag of a value whose content the other functions add. */
export function addTag<T>(column: ColumnBuilder<T>, tag: Tag): void {
  if (column.tagCount === column.tags.length) column.tags = grownBytes(column.tags, 1);
  column.tags[column.tagCount++] = tag;
}

/** Adds a 64-bit integer by its low and high half (two's complement). */
export function addInt64<T>(column: ColumnBuilder<T>, low: number, high: number): void {
  addTag(column, Tag.int64);
  const at = cellPlace(column);
  const { cells } = column;
  cells[at] = low;
  cells[at + 1] = low >> 8;
  cells[at + 2] = low >> 16;
  cells[at + 3] = low >> 24;
  cells[at + 4] = high;
  cells[at + 5] = high >> 8;
  cells[at + 6] = high >> 16;
  cells[at + 7] = high >> 24;
}

/** Adds a double. */
export function addDouble<T>(column: ColumnBuilder<T>, value: number): void {
  addTag(column, Tag.double);
  const at = cellPlace(column);
  double[0] = value;
  for (let byte = 0; byte < 8; byte++) column.cells[at + byte] = doubleBytes[byte] as number;
}

/** A double and its bytes; every supported machine is little-endian. */
const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

function cellPlace<T>(column: ColumnBuilder<T>): number {
  const at = column.cellLength;
  if (at === column.cells.length) column.cells = grownBytes(column.cells, 8);
  column.cellLength = at + 8;
  return at;
}

/** Twice the bytes, and room for `extra` more. The first allocation is exact: many columns hold one value. */
function grownBytes(bytes: Uint8Array, extra: number): Uint8Array {
  if (bytes.length === 0) return new Uint8Array(extra);
  const grown = new Uint8Array(Math.max(bytes.length * 2, bytes.length + extra, 16));
  grown.set(bytes);
  freeLargeMemory(bytes);
  return grown;
}

/** Below this a loop is quicker than a call into the engine. */
const shortText = 40;

/** Adds a value with text: `tag`, and the UTF-8 in `bytes` from `start` to `end`. */
export function addText<T>(column: ColumnBuilder<T>, tag: Tag, bytes: Uint8Array, start: number, end: number): void {
  addTag(column, tag);
  const length = end - start;
  const from = column.textLength;
  if (from + length > column.text.length) column.text = grownBytes(column.text, from + length - column.text.length);
  if (length < shortText) {
    const { text } = column;
    for (let offset = 0; offset < length; offset++) text[from + offset] = bytes[start + offset] as number;
  } else column.text.set(bytes.subarray(start, end), from);
  column.textLength = from + length;
  if (column.textCount === column.textEnds.length) column.textEnds = grownNumbers(column.textEnds);
  column.textEnds[column.textCount++] = column.textLength;
}

function grownNumbers(numbers: Uint32Array): Uint32Array {
  const grown = new Uint32Array(numbers.length === 0 ? 1 : Math.max(8, numbers.length * 2));
  grown.set(numbers);
  freeLargeMemory(numbers);
  return grown;
}

/** Adds an array of `length` elements, to be added to `items` next; the caller has set `items`. */
export function addArray<T>(column: ColumnBuilder<T>, length: number): void {
  addCounted(column, Tag.array, length);
}

/** Adds an object of a shape (`object-fields.ts`), whose values go to the shape's columns next. */
export function addObject<T>(column: ColumnBuilder<T>, shape: number): void {
  addCounted(column, Tag.object, shape);
}

function addCounted<T>(column: ColumnBuilder<T>, tag: Tag, count: number): void {
  addTag(column, tag);
  if (column.countCount === column.counts.length) column.counts = grownNumbers(column.counts);
  column.counts[column.countCount++] = count;
}

/** The column as it stands, as views of the builder's arrays. */
export function builtColumn<T>(builder: ColumnBuilder<T>): Column {
  const { fields, items } = builder;
  return {
    tags: firstBytes(builder.tags, builder.tagCount),
    cells: firstBytes(builder.cells, builder.cellLength),
    text: firstBytes(builder.text, builder.textLength),
    textEnds: firstNumbers(builder.textEnds, builder.textCount),
    counts: firstNumbers(builder.counts, builder.countCount),
    shapes: fields ? builtShapes(fields) : [],
    items: items && builtColumn(items),
  };
}

/** Frees what a column and all below it hold; it and every view of it are empty afterwards. */
export function freeColumn<T>({ tags, cells, text, textEnds, counts, fields, items }: ColumnBuilder<T>): void {
  for (const array of [tags, cells, text, textEnds, counts]) freeLargeMemory(array);
  for (const column of fields?.columns ?? []) freeColumn(column);
  if (items) freeColumn(items);
}

function builtShapes<T>({ names, columns, shapes }: ObjectFields<ColumnBuilder<T>>): Shape[] {
  // By field: shapes that share a field share its column. Only the fields of a shape: the others hold nothing.
  const built: Column[] = [];
  const columnOf = (field: number): Column => (built[field] ??= builtColumn(columns[field] as ColumnBuilder<T>));
  return shapes.map((fields) => ({ names: fields.map((field) => names[field] as string), columns: fields.map(columnOf) }));
}

function firstBytes(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.length === length ? bytes : bytes.subarray(0, length);
}

function firstNumbers(numbers: Uint32Array, length: number): Uint32Array {
  return numbers.length === length ? numbers : numbers.subarray(0, length);
}
