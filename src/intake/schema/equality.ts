import { canonicalDecimal } from '../json/numbers.ts';
import type { JsonObject, JsonValue, TapeSource } from '../json/read-value.ts';
import { readString, readValue } from '../json/read-value.ts';
import { Kind, nextEntry } from '../json/tape.ts';
import type { Work } from './work.ts';
import { spend } from './work.ts';

/** A text that two JSON values share exactly when they are equal: numbers by value, objects without order. */
export function canonicalText(value: JsonValue): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(canonicalText).join()}]`;
  if (!(value instanceof Map)) {
    const text = canonicalDecimal((value as { readonly number: string }).number);
    return text === '-0' ? '0' : text;
  }
  const members = [...(value as JsonObject)].sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`).join()}}`;
}

/** The values of an `enum`. */
export interface Enumeration {
  readonly strings: ReadonlySet<string>;
  /** Canonical texts of the values that are no strings. */
  readonly others: ReadonlySet<string>;
}

export function createEnumeration(values: readonly JsonValue[]): Enumeration {
  const strings = values.filter((value) => typeof value === 'string');
  return { strings: new Set(strings), others: new Set(values.filter((value) => typeof value !== 'string').map(canonicalText)) };
}

/** Whether the value at an entry is one of the enumeration. */
export function isEnumerated(source: TapeSource, at: number, { strings, others }: Enumeration, work: Work): boolean {
  const kind = source.tape.kinds[at] as Kind;
  if (kind === Kind.string || kind === Kind.escapedString) {
    spend(work, ((source.tape.ends[at] as number) - (source.tape.starts[at] as number)) >> 4);
    return strings.size > 0 && strings.has(readString(source, at));
  }
  return others.size > 0 && others.has(canonicalAt(source, at, work));
}

/** Whether no two elements of the array at an entry are equal. */
export function hasUniqueItems(source: TapeSource, at: number, work: Work): boolean {
  const seen = new Set<string>();
  const end = source.tape.ends[at] as number;
  for (let element = at + 1; element < end; element = nextEntry(source.tape, element)) {
    const text = canonicalAt(source, element, work);
    if (seen.has(text)) return false;
    seen.add(text);
  }
  return true;
}

function canonicalAt(source: TapeSource, at: number, work: Work): string {
  const { tape } = source;
  let units = 0;
  for (let entry = at; entry < nextEntry(tape, at); entry++) {
    const isContainer = (tape.kinds[entry] as number) >= Kind.object;
    units += 5 + (isContainer ? 0 : ((tape.ends[entry] as number) - (tape.starts[entry] as number)) >> 4);
  }
  spend(work, units);
  return canonicalText(readValue(source, at));
}
