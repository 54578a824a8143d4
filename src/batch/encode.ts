import { crc32 } from 'node:zlib';
import { freeLargeMemory } from '../lib/free-memory.ts';
import type { Batch, Column } from './batch.ts';
import { Action, Tag } from './batch.ts';
import type { ByteWriter } from './byte-writer.ts';
import { createByteWriter, reserve, writeByte, writeBytes, writeString, writeVarint } from './byte-writer.ts';
import { crcStart, formatVersion, headerBytes, maxFreeValues, mixedTags } from './format.ts';
import { takesCell, takesCount, takesText } from './tags.ts';

interface Output {
  readonly stream: ByteWriter;
  /** 8-byte words in order; their lengths are multiples of 8. */
  readonly words: Uint8Array[];
}

/** Memory of an encoder. */
interface EncodeMemory {
  /** To work in; its content is lost. */
  readonly stream?: ByteWriter;
  /** Bytes for the result, of any content; by default they own their ArrayBuffer. */
  readonly allocate?: (bytes: number) => Buffer<ArrayBuffer>;
}

const allocateOwn = (bytes: number): Buffer<ArrayBuffer> => Buffer.allocUnsafeSlow(bytes);

/** Encodes a batch as codec version 1 (`format.ts`); `decodeBatch` gives an equal batch back. */
export function encodeBatch(batch: Batch, memory: EncodeMemory = {}): Uint8Array<ArrayBuffer> {
  const { stream = createByteWriter(256), allocate = allocateOwn } = memory;
  stream.length = 0;
  reserve(stream, 256 + streamSize(batch.records));
  const output: Output = { stream, words: [] };
  writeEnvelope(output, batch);
  writeColumn(output, batch.records);
  const bytes = assemble(output, allocate);
  if (memory.stream === undefined) freeLargeMemory(stream.bytes);
  return bytes;
}

function writeEnvelope({ stream, words }: Output, batch: Batch): void {
  writeString(stream, batch.table);
  writeNames(stream, batch.keyNames);
  writeNames(stream, batch.bookmarkNames);
  writeVarint(stream, batch.replacedSurrogates);
  writeVarint(stream, batch.count);
  const anyAction = !batch.actions.every((action) => action === Action.upsert);
  writeByte(stream, (batch.tableVersion === undefined ? 0 : 1) | (batch.timesExtracted ? 2 : 0) | (anyAction ? 4 : 0));
  if (batch.tableVersion !== undefined) words.push(bytesOf(BigInt64Array.of(batch.tableVersion)));
  if (anyAction) writeBytes(stream, batch.actions);
  words.push(bytesOf(batch.sequences));
  if (batch.timesExtracted) words.push(bytesOf(batch.timesExtracted));
}

function writeNames(stream: ByteWriter, names: readonly string[]): void {
  writeVarint(stream, names.length);
  for (const name of names) writeString(stream, name);
}

/** Recursion is bounded by the nesting of the source (`maxNesting`). A column without values is not written. */
function writeColumn(output: Output, column: Column): void {
  if (column.tags.length === 0) return;
  const { stream } = output;
  const only = onlyTag(column.tags);
  writeByte(stream, only ?? mixedTags);
  if (only === undefined) writeBytes(stream, column.tags);
  if (column.cells.length > 0) output.words.push(column.cells);
  writeText(stream, column);
  const fields = writeShapes(stream, column);
  writeCounts(stream, column);
  for (const field of fields) writeColumn(output, field);
  if (column.items) writeColumn(output, column.items);
}

/** A tag that stands for all, unless that would let many values take no bytes: what decoding takes is bounded by the encoded bytes. */
function onlyTag(tags: Uint8Array): number | undefined {
  const first = tags[0] as number;
  const costsBytes = takesCell[first] || takesText[first] || first === Tag.array;
  if (!costsBytes && tags.length > maxFreeValues) return undefined;
  for (let index = 1; index < tags.length; index++) if (tags[index] !== first) return undefined;
  return first;
}

function writeText(stream: ByteWriter, { text, textEnds }: Column): void {
  reserve(stream, textEnds.length * 5 + text.length);
  let start = 0;
  for (let index = 0; index < textEnds.length; index++) {
    const end = textEnds[index] ?? start;
    writeVarint(stream, end - start);
    start = end;
  }
  writeBytes(stream, text.length === start ? text : text.subarray(0, start));
}

/** Writes the fields of all shapes by first appearance, then each shape as indexes into them; the first shape is 0, 1, 2 … and only its length is written. */
function writeShapes(stream: ByteWriter, { shapes }: Column): readonly Column[] {
  if (shapes.length === 0) return [];
  const indexes = new Map<Column, number>();
  const names: string[] = [];
  for (const shape of shapes) {
    for (let key = 0; key < shape.columns.length; key++) {
      const column = shape.columns[key] as Column;
      if (indexes.has(column)) continue;
      indexes.set(column, names.length);
      names.push(shape.names[key] ?? '');
    }
  }
  writeNames(stream, names);
  writeVarint(stream, shapes.length);
  for (const [index, shape] of shapes.entries()) {
    writeVarint(stream, shape.columns.length);
    if (index > 0) for (const column of shape.columns) writeVarint(stream, indexes.get(column) ?? 0);
  }
  return [...indexes.keys()];
}

/** The shape index of an object is left out where there is only one shape. */
function writeCounts(stream: ByteWriter, { tags, counts, shapes }: Column): void {
  if (counts.length === 0) return;
  let at = 0;
  for (let index = 0; index < tags.length; index++) {
    const tag = tags[index] ?? 0;
    if (takesCount[tag] === 0) continue;
    const count = counts[at++] ?? 0;
    if (tag === Tag.array || shapes.length > 1) writeVarint(stream, count);
  }
}

function assemble({ stream, words }: Output, allocate: NonNullable<EncodeMemory['allocate']>): Uint8Array<ArrayBuffer> {
  let wordBytes = 0;
  for (const part of words) wordBytes += part.length;
  // Every byte is written below.
  const bytes = allocate(headerBytes + wordBytes + stream.length);
  let at = headerBytes;
  for (const part of words) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes.set(stream.bytes.subarray(0, stream.length), at);
  bytes.writeUInt32LE(formatVersion, 0);
  bytes.writeUInt32LE(wordBytes / 8, 8);
  bytes.writeUInt32LE(bytes.length, 12);
  bytes.writeUInt32LE(crc32(bytes.subarray(crcStart)), 4);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** What the columns take of the stream at most, but for names, so that a long one does not grow: growing takes its size twice more. */
function streamSize({ tags, text, textEnds, counts, shapes, items }: Column): number {
  let size = tags.length + text.length + 5 * textEnds.length + 5 * counts.length + 64 * shapes.length;
  const columns = shapes.length > 1 ? new Set(shapes.flatMap((shape) => shape.columns)) : (shapes[0]?.columns ?? []);
  for (const column of columns) size += streamSize(column);
  return items ? size + streamSize(items) : size;
}

/** Words are written as the machine holds them; every supported machine is little-endian. */
function bytesOf(words: BigInt64Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
