import type { Column, Shape, Tag } from './batch.ts';
import { Tag as Tags } from './batch.ts';
import { takesCell, takesText } from './tags.ts';

/**
 * A place in a column. The reader calls `nextTag`, then the one function that the tag needs (or none), and for an object or array
 * reads every child before it goes on. Nothing is allocated per value.
 */
export interface Cursor {
  readonly column: Column;
  /** How many tags, cells, texts and counts have been read. */
  tagsRead: number;
  cellsRead: number;
  textsRead: number;
  countsRead: number;
  /** Set by `nextText`: the slice of `column.text`. */
  textStart: number;
  textEnd: number;
  /** Parallel to `column.shapes`. */
  readonly shapes: readonly CursorShape[];
  readonly items: Cursor | undefined;
}

/** A shape with the cursors of its columns; shapes that share a column share its cursor. */
export interface CursorShape {
  readonly shape: Shape;
  readonly names: readonly string[];
  readonly cursors: readonly Cursor[];
}

/** A cursor at the first value, with those of all columns below it. */
export function createCursor(column: Column): Cursor {
  const fields = new Map<Column, Cursor>();
  const cursorOf = (field: Column): Cursor => {
    let cursor = fields.get(field);
    if (!cursor) fields.set(field, (cursor = createCursor(field)));
    return cursor;
  };
  return {
    column,
    tagsRead: 0,
    cellsRead: 0,
    textsRead: 0,
    countsRead: 0,
    textStart: 0,
    textEnd: 0,
    shapes: column.shapes.map((shape) => ({ shape, names: shape.names, cursors: shape.columns.map(cursorOf) })),
    items: column.items && createCursor(column.items),
  };
}

/** The tag of the next value. Reading past the last one is a bug of the caller and throws `RangeError`. */
export function nextTag(cursor: Cursor): Tag {
  const tag = cursor.column.tags[cursor.tagsRead];
  if (tag === undefined) throw new RangeError('The column has no further value.');
  cursor.tagsRead++;
  return tag as Tag;
}

/** After `int64` or `double`: the byte offset of the value in `column.cells`. */
export function nextCell(cursor: Cursor): number {
  return cursor.cellsRead++ * 8;
}

/** After a tag with text: sets `textStart` and `textEnd`, the slice of `column.text`. */
export function nextText(cursor: Cursor): void {
  cursor.textStart = cursor.textEnd;
  cursor.textEnd = cursor.column.textEnds[cursor.textsRead++] as number;
}

/** After `object`: the shape, whose cursors hold the values of this object next. */
export function nextShape(cursor: Cursor): CursorShape {
  return cursor.shapes[cursor.column.counts[cursor.countsRead++] as number] as CursorShape;
}

/** After `array`: the number of elements, which `items` holds next. */
export function nextLength(cursor: Cursor): number {
  return cursor.column.counts[cursor.countsRead++] as number;
}

/** Passes over one whole value, children included. */
export function skipValue(cursor: Cursor): void {
  skipAfterTag(cursor, nextTag(cursor));
}

/** Passes over what belongs to a tag already read. */
export function skipAfterTag(cursor: Cursor, tag: Tag): void {
  if (takesText[tag]) nextText(cursor);
  else if (takesCell[tag]) cursor.cellsRead++;
  else if (tag === Tags.object) for (const child of nextShape(cursor).cursors) skipValue(child);
  else if (tag === Tags.array) for (let left = nextLength(cursor); left > 0; left--) skipValue(cursor.items as Cursor);
}
