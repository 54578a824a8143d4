import { maxDataPoints, maxKeyCharacters } from '../../contract/import-limits.ts';
import type { TapeSource } from './json/read-value.ts';
import { lastMembers, readString } from './json/read-value.ts';
import type { Tape } from './json/tape.ts';
import { Kind, nextEntry } from './json/tape.ts';
import { bytesAt } from './members.ts';

/** A key name with its UTF-8. */
export interface KeyName {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type KeyProblem = { readonly problem: 'absent' | 'null' | 'too-long'; readonly name: string };

/** Key names without repetitions. */
export function keyNamesOf(names: readonly string[]): KeyName[] {
  return [...new Set(names)].map((name) => ({ name, bytes: Buffer.from(name, 'utf8') }));
}

/** What is wrong with the key values of the object at an entry, by key name in order; undefined when nothing is. */
export function findKeyProblem(source: TapeSource, at: number, keyNames: readonly KeyName[]): KeyProblem | undefined {
  // Many keys: one pass over the members instead of one for each key.
  const members = keyNames.length > 8 ? lastMembers(source, at) : undefined;
  for (const key of keyNames) {
    const value = members ? (members.get(key.name) ?? -1) : findMember(source, at, key);
    if (value < 0) return { problem: 'absent', name: key.name };
    const kind = source.tape.kinds[value] as number;
    if (kind === Kind.null) return { problem: 'null', name: key.name };
    if ((kind === Kind.string || kind === Kind.escapedString) && isTooLong(source, value)) return { problem: 'too-long', name: key.name };
  }
  return undefined;
}

/** The last value under a key, -1 when there is none. */
function findMember(source: TapeSource, at: number, key: KeyName): number {
  const { bytes, tape } = source;
  const end = tape.ends[at] as number;
  let found = -1;
  for (let entry = at + 1; entry < end; entry = nextEntry(tape, entry + 1)) {
    const start = tape.starts[entry] as number;
    const same =
      tape.kinds[entry] === Kind.escapedString
        ? readString(source, entry) === key.name
        : (tape.ends[entry] as number) - start === key.bytes.length && bytesAt(bytes, start, key.bytes);
    if (same) found = entry + 1;
  }
  return found;
}

function isTooLong(source: TapeSource, value: number): boolean {
  const { tape } = source;
  // No character takes less than a byte.
  if ((tape.ends[value] as number) - (tape.starts[value] as number) <= maxKeyCharacters) return false;
  return readString(source, value).length > maxKeyCharacters;
}

/** Whether a value has more than `maxDataPoints` leaves: scalars and empty containers. */
export function hasTooManyDataPoints(tape: Tape, at: number): boolean {
  const end = nextEntry(tape, at);
  if (end - at <= maxDataPoints) return false;
  // Every entry but keys and non-empty containers is a leaf.
  let leaves = 0;
  for (let entry = at; entry < end; entry++) {
    const kind = tape.kinds[entry] as number;
    if (kind < Kind.object) leaves++;
    else if (tape.starts[entry] === 0) leaves++;
    else if (kind === Kind.object) leaves -= tape.starts[entry] as number;
  }
  return leaves > maxDataPoints;
}
