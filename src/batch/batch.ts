/**
 * The lossless, typed form of records between intake and loader (docs/decisions, ADR 14).
 * One batch holds the messages one request carried for one table.
 */

/** Value kinds; the numbers are part of codec version 1 and never change. */
export const Tag = {
  null: 0,
  false: 1,
  true: 2,
  /** 64-bit integer, one little-endian cell. */
  int64: 3,
  /** Integer outside 64 bits, decimal digits as text. */
  bigInteger: 4,
  /** IEEE double, one cell; may be NaN or infinite (Transit only). */
  double: 5,
  /** A JSON number whose source text a double does not reproduce; logical type double, exact text kept. */
  doubleText: 6,
  /** Arbitrary-precision decimal, as text. */
  decimal: 7,
  /** RFC 3339 date-time with zone, as text. */
  timestamp: 8,
  string: 9,
  /** One entry in `counts`: the index into `shapes`. */
  object: 10,
  /** One entry in `counts`: the number of elements, which follow in `items`. */
  array: 11,
} as const;
export type Tag = (typeof Tag)[keyof typeof Tag];

/** The keys of one object form, in source order, each with the column that holds its values. */
export interface Shape {
  readonly names: readonly string[];
  readonly columns: readonly Column[];
}

/**
 * Every value seen at one path, in record order. An absent key has no entry (its object's shape lacks it);
 * a null has a tag. Each array below is consumed in order by the tags that need it.
 */
export interface Column {
  readonly tags: Uint8Array;
  /** 8 bytes per int64 or double occurrence, little-endian. */
  readonly cells: Uint8Array;
  /** UTF-8 of the text-bearing occurrences, back to back; `textEnds[i]` is the end offset of the i-th. */
  readonly text: Uint8Array;
  readonly textEnds: Uint32Array;
  /** Shape index per object, element count per array. */
  readonly counts: Uint32Array;
  readonly shapes: readonly Shape[];
  /** Elements of all arrays at this path, concatenated; undefined when no array was seen. */
  readonly items: Column | undefined;
}

export const Action = { upsert: 0, activateVersion: 1 } as const;

export interface Batch {
  /** Root table as the client named it. */
  readonly table: string;
  /** Empty for an append-only table. */
  readonly keyNames: readonly string[];
  /** Undefined when the client sent none. */
  readonly tableVersion: bigint | undefined;
  readonly bookmarkNames: readonly string[];
  /** Lone surrogates replaced by U+FFFD while reading. */
  readonly replacedSurrogates: number;
  /** Number of messages, upserts and activations together. */
  readonly count: number;
  /** `Action` per message. */
  readonly actions: Uint8Array;
  /** Sequence per message, unchanged (import-api.md §7). */
  readonly sequences: BigInt64Array;
  /** Microseconds since the epoch per message, `absentTime` where none was sent; undefined when no message had one. */
  readonly timesExtracted: BigInt64Array | undefined;
  /** The root objects of the upsert messages, in message order. */
  readonly records: Column;
}

export const absentTime = -(2n ** 63n);

/** Number of upsert messages, each with one record. */
export function upsertsOf(batch: Batch): number {
  return batch.records.tags.length;
}
