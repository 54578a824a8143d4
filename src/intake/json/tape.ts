/** Kinds of tape entries. In an object each value follows the entry of its key, which is a string. */
export const Kind = {
  null: 0,
  false: 1,
  true: 2,
  /** A number token without fraction and exponent. */
  integer: 3,
  /** A number token with a fraction or an exponent. */
  fraction: 4,
  string: 5,
  /** A string with at least one escape. */
  escapedString: 6,
  /** Only Transit has this and the next three; their text is in the form named. A decimal: digits, maybe a fraction and an exponent. */
  decimal: 7,
  /** An integer token of milliseconds since the epoch. */
  instant: 8,
  /** A date-time of import-api.md §6.3. */
  timestamp: 9,
  /** Begins with `I` or `-I` for an infinity; anything else is NaN. */
  nonFinite: 10,
  object: 11,
  array: 12,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/**
 * Values in document order, without an object per value. For scalars `starts` and `ends` are byte offsets (of a string: inside the
 * quotes); for containers `starts` is the number of keys or elements and `ends` the index of the entry after the last child.
 */
export interface Tape {
  kinds: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  length: number;
  readonly maxLength: number;
  /** More than `maxLength` entries were added: the content means nothing. */
  overflowed: boolean;
}

/** An empty tape that keeps at most `maxLength` entries (9 bytes each). */
export function createTape(maxLength: number): Tape {
  return { kinds: new Uint8Array(256), starts: new Int32Array(256), ends: new Int32Array(256), length: 0, maxLength, overflowed: false };
}

/** Forgets all entries. */
export function resetTape(tape: Tape): void {
  tape.length = 0;
  tape.overflowed = false;
}

/** Adds an entry and returns its index. */
export function addEntry(tape: Tape, kind: Kind, start: number, end: number): number {
  if (tape.length === tape.kinds.length) growTape(tape);
  const at = tape.length++;
  tape.kinds[at] = kind;
  tape.starts[at] = start;
  tape.ends[at] = end;
  return at;
}

function growTape(tape: Tape): void {
  if (tape.length >= tape.maxLength) {
    // The scanner goes on, to find out whether the rest is well-formed.
    tape.length = 0;
    tape.overflowed = true;
    return;
  }
  const capacity = Math.min(tape.length * 2, Math.max(tape.maxLength, 256));
  const kinds = new Uint8Array(capacity);
  kinds.set(tape.kinds);
  tape.kinds = kinds;
  const starts = new Int32Array(capacity);
  starts.set(tape.starts);
  tape.starts = starts;
  const ends = new Int32Array(capacity);
  ends.set(tape.ends);
  tape.ends = ends;
}

/** The index of the entry after a value and all its children. */
export function nextEntry(tape: Tape, at: number): number {
  return (tape.kinds[at] as number) >= Kind.object ? (tape.ends[at] as number) : at + 1;
}
