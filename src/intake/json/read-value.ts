import { createByteWriter } from '../../batch/byte-writer.ts';
import { utf8Text } from '../../batch/utf8-text.ts';
import { unescapeString } from './strings.ts';
import type { Tape } from './tape.ts';
import { Kind, nextEntry } from './tape.ts';

/** A JSON value as JavaScript: for small parts of a body, such as a schema. Numbers keep their text. */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;
interface JsonNumber {
  readonly number: string;
}

/** A tape with the bytes it points into. */
export interface TapeSource {
  readonly bytes: Uint8Array;
  readonly tape: Tape;
}

/** Reads the value at an entry. A key given twice has its last value. */
export function readValue(source: TapeSource, at: number): JsonValue {
  const { bytes, tape } = source;
  const kind = tape.kinds[at] as Kind;
  switch (kind) {
    case Kind.null:
      return null;
    case Kind.false:
      return false;
    case Kind.true:
      return true;
    case Kind.integer:
    case Kind.fraction:
    case Kind.decimal:
      return { number: utf8Text(bytes, tape.starts[at] as number, tape.ends[at] as number) };
    case Kind.string:
    case Kind.escapedString:
    case Kind.instant:
    case Kind.timestamp:
    case Kind.nonFinite:
      return readString(source, at);
    case Kind.array: {
      const elements: JsonValue[] = [];
      for (let element = at + 1; element < nextEntry(tape, at); element = nextEntry(tape, element))
        elements.push(readValue(source, element));
      return elements;
    }
    case Kind.object: {
      const members = new Map<string, JsonValue>();
      for (const [name, member] of lastMembers(source, at)) members.set(name, readValue(source, member));
      return members;
    }
  }
}

/** The text of a scalar entry, of a string without its quotes; lone surrogates are U+FFFD. */
export function readString({ bytes, tape }: TapeSource, at: number): string {
  const start = tape.starts[at] as number;
  const end = tape.ends[at] as number;
  if (tape.kinds[at] !== Kind.escapedString) return utf8Text(bytes, start, end);
  const out = createByteWriter(end - start);
  unescapeString(bytes, start, end, out);
  return utf8Text(out.bytes, 0, out.length);
}

/** The values of an object by key: a key given twice keeps its first place and has its last value. */
export function lastMembers(source: TapeSource, at: number): Map<string, number> {
  const members = new Map<string, number>();
  const end = nextEntry(source.tape, at);
  for (let key = at + 1; key < end; key = nextEntry(source.tape, key + 1)) members.set(readString(source, key), key + 1);
  return members;
}
