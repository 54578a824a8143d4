import type { Batch } from './batch.ts';
import { Action, Tag } from './batch.ts';
import type { Cursor } from './cursor.ts';
import { utf8Text } from './utf8-text.ts';
import { createCursor, nextCell, nextLength, nextShape, nextTag, nextText, skipValue } from './cursor.ts';

/**
 * Writes the chosen records back as JSON: message index → text. Key order and every digit are kept; a double without a
 * fraction gets `.0`. A message that is not an upsert has no record and is left out.
 */
export function writeRecords(batch: Batch, indexes: Iterable<number>): Map<number, string> {
  const wanted = new Set(indexes);
  const written = new Map<number, string>();
  const cursor = createCursor(batch.records);
  for (let index = 0; index < batch.count && written.size < wanted.size; index++) {
    if (batch.actions[index] !== Action.upsert) continue;
    if (wanted.has(index)) written.set(index, writeValue(cursor));
    else skipValue(cursor);
  }
  return written;
}

/** The text of one field of an upsert as it was sent, a string without quotes; undefined where it is absent or holds no scalar. */
export function writeField(batch: Batch, message: number, name: string): string | undefined {
  const cursor = createCursor(batch.records);
  for (let index = 0; index < message; index++) if (batch.actions[index] === Action.upsert) skipValue(cursor);
  nextTag(cursor);
  const { names, cursors } = nextShape(cursor);
  const field = cursors[names.indexOf(name)];
  const json = field && writeValue(field);
  if (json === undefined || json === 'null' || /^[[{]/.test(json)) return undefined;
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

/** Reads the next value of a cursor and writes it as JSON. */
function writeValue(cursor: Cursor): string {
  const tag = nextTag(cursor);
  switch (tag) {
    case Tag.null:
      return 'null';
    case Tag.false:
      return 'false';
    case Tag.true:
      return 'true';
    case Tag.int64:
      return cellView(cursor).getBigInt64(nextCell(cursor), true).toString();
    case Tag.double:
      return doubleText(cellView(cursor).getFloat64(nextCell(cursor), true));
    case Tag.bigInteger:
    case Tag.doubleText:
      return textOf(cursor);
    case Tag.decimal:
      return decimalText(textOf(cursor));
    case Tag.timestamp:
    case Tag.string:
      return JSON.stringify(textOf(cursor));
    case Tag.object: {
      const { names, cursors } = nextShape(cursor);
      return `{${names.map((name, key) => `${JSON.stringify(name)}:${writeValue(cursors[key] as Cursor)}`).join(',')}}`;
    }
    case Tag.array: {
      const items = cursor.items as Cursor;
      return `[${Array.from({ length: nextLength(cursor) }, () => writeValue(items)).join(',')}]`;
    }
  }
}

function cellView({ column: { cells } }: Cursor): DataView {
  return new DataView(cells.buffer, cells.byteOffset, cells.byteLength);
}

function textOf(cursor: Cursor): string {
  nextText(cursor);
  return utf8Text(cursor.column.text, cursor.textStart, cursor.textEnd);
}

/** JSON has no NaN and no infinities (Transit does): they become strings. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return JSON.stringify(String(value));
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** A decimal whose text is not a JSON number becomes a string. */
function decimalText(text: string): string {
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? text : JSON.stringify(text);
}
