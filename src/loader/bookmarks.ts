import { writeField } from '../batch/write-json.ts';
import type { Sheet } from '../sinks/sink.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import { dropped, targetOf } from './column-buffer.ts';
import { planFieldName } from './field-name.ts';
import type { ShapedWindow } from './shape.ts';

/** Names come from the client; a report tells no more bookmarks, and no longer ones in characters, than these. */
const maxBookmarks = 16;
const maxBookmarkLength = 1024;

export interface Bookmarks {
  readonly greatest: Readonly<Record<string, string>>;
  readonly least: Readonly<Record<string, string>>;
}

/** The greatest and the least value of each bookmark among the rows that load, as sent (loading.md §13); one without values is absent. */
export function findBookmarks(shaped: ShapedWindow, sheet: Sheet): Bookmarks {
  const names = [...new Set(shaped.rootRows.origins().flatMap((origin) => origin?.batch.bookmarkNames ?? []))].slice(0, maxBookmarks);
  const ends = (order: Order): Record<string, string> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const text = findBookmark(shaped, sheet, name, order);
        return text === undefined || text.length > maxBookmarkLength ? [] : [[name, text] as const];
      }),
    );
  return { greatest: ends(1), least: ends(-1) };
}

/** 1: the greatest is looked for, −1: the least. */
type Order = 1 | -1;

function findBookmark({ root, rootRows, survivors }: ShapedWindow, sheet: Sheet, name: string, order: Order): string | undefined {
  const buffers = root.slots.get(planFieldName(sheet, '', name).folded)?.buffers.values() ?? [];
  const rows = [...buffers].map((buffer) => findEnd(buffer, (row) => targetOf(survivors, row) !== dropped, order));
  // Values of different types have no order: of each type's the last one counts.
  const row = Math.max(-1, ...rows);
  const origin = rootRows.origins()[rootRows.batches()[row] ?? -1];
  return origin && writeField(origin.batch, rootRows.messages()[row] ?? 0, name);
}

/** The row at that end of the order, of several the first; −1 when no row counts. */
function findEnd(buffer: ColumnBuffer, counts: (row: number) => boolean, order: Order): number {
  const isGreater = comparison(buffer);
  let end = -1;
  for (let entry = 0; entry < buffer.count; entry += 1) {
    if (!counts(buffer.rows[entry] ?? 0)) continue;
    if (end < 0 || (order === 1 ? isGreater(entry, end) : isGreater(end, entry))) end = entry;
  }
  return end < 0 ? -1 : (buffer.rows[end] ?? -1);
}

/** Whether the value of one entry is greater than that of another. */
function comparison({ type, words, bytes }: ColumnBuffer): (one: number, other: number) => boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = (entry: number): number => words[entry * 2] ?? 0;
  const end = (entry: number): number => words[entry * 2 + 1] ?? 0;
  if (type === 'string') return (one, other) => text.compare(text, start(other), end(other), start(one), end(one)) > 0;
  if (type === 'number') {
    const valueOf = (entry: number): number => Number(text.toString('latin1', start(entry), end(entry)));
    return (one, other) => valueOf(one) > valueOf(other);
  }
  if (type === 'double') {
    const values = new Float64Array(words.buffer, words.byteOffset, words.length / 2);
    return (one, other) => (values[one] ?? 0) > (values[other] ?? 0);
  }
  if (type === 'boolean') return (one, other) => start(one) > start(other);
  const values = new BigInt64Array(words.buffer, words.byteOffset, words.length / 2);
  return (one, other) => (values[one] ?? 0n) > (values[other] ?? 0n);
}
