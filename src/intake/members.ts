import type { TapeSource } from './json/read-value.ts';
import { readString } from './json/read-value.ts';
import { Kind, nextEntry } from './json/tape.ts';
import { maxQuotedCharacters, maxQuotedNames } from './limits.ts';

/** The keys an object may have, by length in bytes. */
export type KnownKeys = readonly (readonly KnownKey[] | undefined)[];

interface KnownKey {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Position in the list the keys were made from. */
  readonly index: number;
}

/** Prepares ASCII key names for `readMembers`. */
export function knownKeys(names: readonly string[]): KnownKeys {
  const byLength: KnownKey[][] = [];
  for (const [index, name] of names.entries()) (byLength[name.length] ??= []).push({ name, bytes: Buffer.from(name, 'latin1'), index });
  return byLength;
}

/**
 * Puts the tape index of each known key's value into `found` (-1 where absent; the last one where repeated).
 * Returns the other keys, at most `maxQuotedNames` and shortened for quoting.
 */
export function readMembers(source: TapeSource, at: number, known: KnownKeys, found: Int32Array): readonly string[] {
  const { tape } = source;
  found.fill(-1);
  let unknown: string[] | undefined;
  const end = tape.ends[at] as number;
  for (let key = at + 1; key < end; key = nextEntry(tape, key + 1)) {
    const index = knownIndex(source, key, known);
    if (index >= 0) found[index] = key + 1;
    else if ((unknown ??= []).length < maxQuotedNames) unknown.push(quoted(readString(source, key)));
  }
  return unknown ?? none;
}

const none: readonly string[] = [];

function knownIndex(source: TapeSource, key: number, known: KnownKeys): number {
  const { bytes, tape } = source;
  if (tape.kinds[key] === Kind.escapedString) {
    const name = readString(source, key);
    return known[name.length]?.find((candidate) => candidate.name === name)?.index ?? -1;
  }
  const start = tape.starts[key] as number;
  const candidates = known[(tape.ends[key] as number) - start];
  if (candidates) for (const candidate of candidates) if (bytesAt(bytes, start, candidate.bytes)) return candidate.index;
  return -1;
}

/** Whether `expected` stands in `bytes` at `start`. */
export function bytesAt(bytes: Uint8Array, start: number, expected: Uint8Array): boolean {
  for (let offset = 0; offset < expected.length; offset++) if (bytes[start + offset] !== expected[offset]) return false;
  return true;
}

/** A client's own text, cut to a length fit for an error. */
export function quoted(text: string): string {
  return text.length <= maxQuotedCharacters ? text : `${text.slice(0, maxQuotedCharacters)}…`;
}
