import { crc32 } from 'node:zlib';
import type { Batch, Column, Shape } from './batch.ts';
import { Tag } from './batch.ts';
import type { ByteReader } from './byte-reader.ts';
import { readBounded, readByte, readBytes, readString, readVarint } from './byte-reader.ts';
import { CorruptBatchError } from './errors.ts';
import { crcStart, formatVersion, headerBytes, maxNesting, maxValues, mixedTags } from './format.ts';
import { tagCount, takesCell, takesCount, takesText } from './tags.ts';

interface Input {
  readonly stream: ByteReader;
  readonly words: ByteReader;
  /** Values read so far, over all columns. */
  values: number;
}

/** Decodes what `encodeBatch` wrote. The batch holds views of `bytes` where it can. Throws `CorruptBatchError`. */
export function decodeBatch(bytes: Uint8Array<ArrayBuffer>): Batch {
  const input = open(bytes);
  const { stream, words } = input;
  const table = readString(stream);
  const keyNames = readNames(stream);
  const bookmarkNames = readNames(stream);
  const replacedSurrogates = readVarint(stream);
  const count = readBounded(stream, maxValues, 'messages');
  const flags = readByte(stream);
  const tableVersion = flags & 1 ? readWords(words, 1)[0] : undefined;
  const actions = flags & 4 ? readBytes(stream, count) : new Uint8Array(count);
  const sequences = readWords(words, count);
  const timesExtracted = flags & 2 ? readWords(words, count) : undefined;
  let upserts = 0;
  for (const action of actions) upserts += action === 0 ? 1 : 0;
  const records = readColumn(input, upserts, 0);
  if (records.tags.some((tag) => tag !== Tag.object)) throw new CorruptBatchError('The batch holds a record that is not an object.');
  if (stream.at !== stream.end || words.at !== words.end) throw new CorruptBatchError('The batch holds bytes that belong to nothing.');
  return { table, keyNames, tableVersion, bookmarkNames, replacedSurrogates, count, actions, sequences, timesExtracted, records };
}

function open(given: Uint8Array<ArrayBuffer>): Input {
  if (given.length < headerBytes) throw new CorruptBatchError('The batch is cut off.');
  // Views of 8-byte words need an aligned start.
  const bytes = given.byteOffset % 8 === 0 ? given : new Uint8Array(given);
  const header = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const version = header.getUint32(0, true);
  if (version !== formatVersion)
    throw new CorruptBatchError(`The batch has codec version ${version}; this program reads version ${formatVersion}.`);
  const wordsEnd = headerBytes + header.getUint32(8, true) * 8;
  if (header.getUint32(12, true) !== bytes.length || wordsEnd > bytes.length) throw new CorruptBatchError('The batch is cut off.');
  if (header.getUint32(4, true) !== crc32(bytes.subarray(crcStart)))
    throw new CorruptBatchError('The checksum of the batch does not match.');
  return {
    stream: { bytes, at: wordsEnd, end: bytes.length },
    words: { bytes, at: headerBytes, end: wordsEnd },
    values: 0,
  };
}

function readNames(stream: ByteReader): string[] {
  const names = Array.from<string>({ length: readBounded(stream, stream.end - stream.at, 'names') });
  for (let index = 0; index < names.length; index++) names[index] = readString(stream);
  return names;
}

function readWords(words: ByteReader, count: number): BigInt64Array {
  const bytes = readBytes(words, count * 8);
  return new BigInt64Array(bytes.buffer, bytes.byteOffset, count);
}

const noBytes = new Uint8Array(0);
const noNumbers = new Uint32Array(0);

/** Reads a column of `count` values; the count follows from the parent, so no column can disagree with it. */
function readColumn(input: Input, count: number, nesting: number): Column {
  if (count === 0)
    return { tags: noBytes, cells: noBytes, text: noBytes, textEnds: noNumbers, counts: noNumbers, shapes: [], items: undefined };
  input.values += count;
  if (input.values > maxValues || nesting > maxNesting) throw new CorruptBatchError('The batch holds more values than any request can.');
  const { stream } = input;
  const tags = readTags(stream, count);
  const totals = countTags(tags);
  const cells = totals.cells === 0 ? noBytes : readBytes(input.words, totals.cells * 8);
  const textEnds = totals.texts === 0 ? noNumbers : readTextEnds(stream, totals.texts);
  const text = totals.texts === 0 ? noBytes : readBytes(stream, textEnds[totals.texts - 1] ?? 0);
  if (totals.counts === 0) return { tags, cells, text, textEnds, counts: noNumbers, shapes: [], items: undefined };
  const names = totals.objects === 0 ? [] : readNames(stream);
  const keys = totals.objects === 0 ? [] : readShapeKeys(stream, names.length);
  const { counts, perShape, elements } = readCounts(stream, tags, totals.counts, keys.length);
  const perField = new Uint32Array(names.length);
  for (const [shape, fields] of keys.entries())
    for (const field of fields) perField[field] = (perField[field] ?? 0) + (perShape[shape] ?? 0);
  const fields = Array.from(perField, (values) => readColumn(input, values, nesting + 1));
  const shapes = keys.map((indexes): Shape => ({
    names: Array.from(indexes, (field) => names[field] as string),
    columns: Array.from(indexes, (field) => fields[field] as Column),
  }));
  const items = totals.counts > totals.objects ? readColumn(input, elements, nesting + 1) : undefined;
  return { tags, cells, text, textEnds, counts, shapes, items };
}

function readTags(stream: ByteReader, count: number): Uint8Array {
  const first = readByte(stream);
  if (first === mixedTags) return readBytes(stream, count);
  return first === Tag.null ? new Uint8Array(count) : new Uint8Array(count).fill(first);
}

function countTags(tags: Uint8Array): { cells: number; texts: number; counts: number; objects: number } {
  const seen = new Uint32Array(256);
  for (const tag of tags) seen[tag] = (seen[tag] as number) + 1;
  const totals = { cells: 0, texts: 0, counts: 0, objects: seen[Tag.object] ?? 0 };
  for (let tag = 0; tag < 256; tag++) {
    const times = seen[tag] ?? 0;
    if (times === 0) continue;
    if (tag >= tagCount) throw new CorruptBatchError(`The batch holds the unknown tag ${tag}.`);
    if (takesCell[tag]) totals.cells += times;
    else if (takesText[tag]) totals.texts += times;
    else if (takesCount[tag]) totals.counts += times;
  }
  return totals;
}

function readTextEnds(stream: ByteReader, count: number): Uint32Array {
  if (count > stream.end - stream.at) throw new CorruptBatchError('The batch is cut off.');
  const ends = new Uint32Array(count);
  const { bytes } = stream;
  let end = 0;
  for (let index = 0; index < count; index++) {
    const byte = bytes[stream.at] as number;
    if (byte < 0x80 && stream.at < stream.end) {
      stream.at++;
      end += byte;
    } else end += readVarint(stream);
    if (end > bytes.length) throw new CorruptBatchError('The batch is cut off.');
    ends[index] = end;
  }
  return ends;
}

/** The field indexes of each shape, unique within a shape. */
function readShapeKeys(stream: ByteReader, fields: number): Uint32Array[] {
  const shapes = Array.from<Uint32Array>({ length: readBounded(stream, stream.end - stream.at, 'shapes') });
  const seenIn = new Int32Array(fields).fill(-1);
  for (let shape = 0; shape < shapes.length; shape++) {
    const keys = new Uint32Array(readBounded(stream, fields, 'keys'));
    for (let key = 0; key < keys.length; key++) {
      const field = shape === 0 ? key : readBounded(stream, fields - 1, 'a field');
      if (seenIn[field] === shape) throw new CorruptBatchError('The batch holds a shape with a repeated key.');
      seenIn[field] = shape;
      keys[key] = field;
    }
    shapes[shape] = keys;
  }
  if (shapes.length === 0) throw new CorruptBatchError('The batch holds objects without a shape.');
  return shapes;
}

function readCounts(
  stream: ByteReader,
  tags: Uint8Array,
  total: number,
  shapes: number,
): { counts: Uint32Array; perShape: Uint32Array; elements: number } {
  const counts = new Uint32Array(total);
  const perShape = new Uint32Array(shapes);
  let elements = 0;
  let at = 0;
  for (let index = 0; index < tags.length; index++) {
    const tag = tags[index] as number;
    if (takesCount[tag] === 0) continue;
    if (tag === Tag.array) {
      const length = readBounded(stream, maxValues, 'elements');
      elements += length;
      if (elements > maxValues) throw new CorruptBatchError('The batch holds more values than any request can.');
      counts[at++] = length;
      continue;
    }
    const shape = shapes > 1 ? readBounded(stream, shapes - 1, 'a shape') : 0;
    perShape[shape] = (perShape[shape] ?? 0) + 1;
    counts[at++] = shape;
  }
  return { counts, perShape, elements };
}
