/** What batches hold, and what transit-js reads, in one plain form for comparison. */
import * as transit from 'transit-js';
import type { Batch } from '../../src/batch/batch.ts';
import { Tag } from '../../src/batch/batch.ts';
import type { Cursor } from '../../src/batch/cursor.ts';
import { createCursor, nextCell, nextLength, nextShape, nextTag, nextText } from '../../src/batch/cursor.ts';

/** Scalars as `kind:text`; an object as its members in order. */
export type TypedValue = string | readonly TypedValue[] | { readonly members: readonly (readonly [string, TypedValue])[] };

/** The records of a batch. */
export function typedRecords(batch: Batch): TypedValue[] {
  const cursor = createCursor(batch.records);
  return Array.from({ length: batch.records.tags.length }, () => typedValue(cursor));
}

function typedValue(cursor: Cursor): TypedValue {
  const { cells, text } = cursor.column;
  const view = new DataView(cells.buffer, cells.byteOffset, cells.byteLength);
  const textOf = (): string => {
    nextText(cursor);
    return Buffer.from(text.subarray(cursor.textStart, cursor.textEnd)).toString();
  };
  switch (nextTag(cursor)) {
    case Tag.null:
      return 'null';
    case Tag.false:
      return 'false';
    case Tag.true:
      return 'true';
    case Tag.int64:
      return `integer:${view.getBigInt64(nextCell(cursor), true)}`;
    case Tag.bigInteger:
      return `big integer:${textOf()}`;
    case Tag.double:
      return `double:${view.getFloat64(nextCell(cursor), true)}`;
    case Tag.doubleText:
      return `double:${textOf()}`;
    case Tag.decimal:
      return `decimal:${textOf()}`;
    case Tag.timestamp:
      return `timestamp:${textOf()}`;
    case Tag.string:
      return `string:${textOf()}`;
    case Tag.object: {
      const { names, cursors } = nextShape(cursor);
      return { members: names.map((name, index) => [name, typedValue(cursors[index] as Cursor)] as const) };
    }
    case Tag.array:
      return Array.from({ length: nextLength(cursor) }, () => typedValue(cursor.items as Cursor));
  }
}

/**
 * Without what transit-js cannot tell: numbers are doubles (`JSON.parse`), date-times their milliseconds.
 */
export function blurred(value: TypedValue): TypedValue {
  if (typeof value === 'string') {
    const [, kind = '', text = ''] = /^([^:]*):([^]*)$/.exec(value) ?? [];
    if (kind === 'integer' || kind === 'big integer' || kind === 'double') return `number:${Number(text)}`;
    return kind === 'timestamp' ? `instant:${Date.parse(text)}` : value;
  }
  if (!('members' in value)) return value.map(blurred);
  return { members: value.members.map(([name, member]) => [name, blurred(member)] as const) };
}

interface Members {
  readonly members: (readonly [unknown, unknown])[];
}

const text = (kind: string) => (value: string) => ({ scalar: `${kind}:${value}` });

const readerOptions = {
  handlers: {
    n: text('number'),
    f: text('decimal'),
    c: text('string'),
    r: text('string'),
    u: text('string'),
    ':': text('string'),
    $: text('string'),
    set: (value: unknown) => value,
    list: (value: unknown) => value,
  },
  mapBuilder: {
    init: (): Members => ({ members: [] }),
    add: (map: Members, key: unknown, value: unknown): Members => ({ members: [...map.members, [key, value]] }),
    finalize: (map: Members): Members => map,
  },
};

/** A body as transit-js reads it, blurred. Throws where it throws, or gives something that stands for no value. */
export function readByTransitJs(body: string): TypedValue {
  // A reader that threw keeps its cache.
  return fromTransitJs(transit.reader('json', readerOptions).read(body));
}

function fromTransitJs(value: unknown): TypedValue {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return `number:${value}`;
  if (typeof value === 'string') return `string:${value}`;
  if (value instanceof Date) return `instant:${value.valueOf()}`;
  if (Array.isArray(value)) return value.map(fromTransitJs);
  if (value instanceof Uint8Array) return `string:${Buffer.from(value).toString('base64')}`;
  if (typeof value === 'object' && 'scalar' in value) {
    const scalar = String(value.scalar);
    if (scalar.startsWith('decimal:') && /N|I/.test(scalar)) return `number:${specials[scalar.slice(8)] ?? Number.NaN}`;
    return scalar.startsWith('number:') ? `number:${Number(scalar.slice(7))}` : scalar;
  }
  if (typeof value === 'object' && 'members' in value) return members((value as Members).members);
  if (transit.isMap(value)) {
    const list: [unknown, unknown][] = [];
    (value as Map<unknown, unknown>).forEach((member, key) => list.push([key, member]));
    return members(list);
  }
  // A 64-bit integer beyond 2^53.
  if (transit.isInteger(value)) return `number:${Number((value as { toString(): string }).toString())}`;
  throw new TypeError('transit-js gives something that stands for no value.');
}

const specials: Readonly<Record<string, number>> = { Infinity, '-Infinity': -Infinity, INF: Infinity, '-INF': -Infinity };

function members(list: readonly (readonly [unknown, unknown])[]): TypedValue {
  return {
    members: list.map(([key, value]) => {
      const name = fromTransitJs(key);
      if (typeof name !== 'string') throw new TypeError('A key that is no scalar.');
      return [name.replace(/^(?:string|number|instant|decimal):/, ''), fromTransitJs(value)] as const;
    }),
  };
}
