import { utf8Text } from '../../batch/utf8-text.ts';
import type { TapeSource } from '../json/read-value.ts';
import { readString } from '../json/read-value.ts';
import { Kind } from '../json/tape.ts';
import { bytesAt } from '../members.ts';

/** The names an object's rules know, found by the bytes of a key. */
export interface PropertyTable {
  readonly names: readonly string[];
  readonly bytes: readonly Uint8Array[];
  readonly indexes: ReadonlyMap<string, number>;
  /** For each name, and one more for the beginning, the name that followed it last time: records of a table look alike. */
  readonly followers: Int32Array;
}

export function createPropertyTable(names: readonly string[]): PropertyTable {
  return {
    names,
    bytes: names.map((name) => Buffer.from(name, 'utf8')),
    indexes: new Map(names.map((name, index) => [name, index])),
    followers: Int32Array.from({ length: names.length + 1 }, (_, index) => (index < names.length ? index + 1 : 0)),
  };
}

/** The index of the key at an entry, -1 when it is not in the table. `previous` is the index before it; `names.length` at the beginning. */
export function findProperty(table: PropertyTable, source: TapeSource, key: number, previous: number): number {
  const { bytes, tape } = source;
  if (tape.kinds[key] === Kind.escapedString) return table.indexes.get(readString(source, key)) ?? -1;
  const start = tape.starts[key] as number;
  const end = tape.ends[key] as number;
  const guess = table.followers[previous] as number;
  const expected = table.bytes[guess];
  if (expected !== undefined && expected.length === end - start && bytesAt(bytes, start, expected)) return guess;
  const index = table.indexes.get(utf8Text(bytes, start, end)) ?? -1;
  if (index >= 0) table.followers[previous] = index;
  return index;
}
