import type { Refusal } from './decoded.ts';
import type { TapeSource } from './json/read-value.ts';
import { readDouble, readInt64 } from './json/numbers.ts';
import { Kind } from './json/tape.ts';

/** Refusals of batch in the wording of the everit validator (import-api.md §8.2); lines are separated by newlines. */

export function badBatch(error: string): Refusal {
  return { ok: false, status: 400, body: { error } };
}

export function failedValidation(lines: readonly string[]): Refusal {
  return badBatch(`Request failed validation:${lines.join('\n')}`);
}

/**
 * The refusal of a record by its schema: `Record N did not conform to schema:` and a line for each failure, each with a newline after it,
 * as observed (import-api.md §8.2, A18).
 */
export function nonconformingRecord(index: number, lines: readonly string[]): Refusal {
  return badBatch(`Record ${index} did not conform to schema:\n${lines.map((line) => `${line}\n`).join('')}`);
}

/** The violations found at one path, with a count before them when there are several. */
export function violations(path: string, lines: readonly string[]): readonly string[] {
  return lines.length > 1 ? [`${path}: ${lines.length} schema violations found`, ...lines] : lines;
}

export function missingKey(path: string, key: string): string {
  return `${path}: required key [${key}] not found`;
}

export function extraneousKey(path: string, key: string): string {
  return `${path}: extraneous key [${key}] is not permitted`;
}

export function wrongType(path: string, expected: string, found: string): string {
  return `${path}: expected type: ${expected}, found: ${found}`;
}

/** The Java class name under which the validator reports the value at an entry. */
export function foundType({ bytes, tape }: TapeSource, at: number): string {
  switch (tape.kinds[at] as Kind) {
    case Kind.null:
      return 'null';
    case Kind.false:
    case Kind.true:
      return 'Boolean';
    case Kind.integer:
      return integerType(bytes, tape.starts[at] as number, tape.ends[at] as number);
    case Kind.fraction:
      // The validator's parser keeps what a double cannot hold as a BigDecimal.
      return readDouble(bytes, tape.starts[at] as number, tape.ends[at] as number) === undefined ? 'BigDecimal' : 'Double';
    case Kind.decimal:
      return 'BigDecimal';
    case Kind.string:
    case Kind.escapedString:
    case Kind.instant:
    case Kind.timestamp:
    case Kind.nonFinite:
      return 'String';
    case Kind.object:
      return 'JSONObject';
    case Kind.array:
      return 'JSONArray';
  }
}

function integerType(bytes: Uint8Array, start: number, end: number): string {
  const halves = { low: 0, high: 0 };
  if (!readInt64(bytes, start, end, halves)) return 'BigInteger';
  return halves.high === halves.low >> 31 ? 'Integer' : 'Long';
}
