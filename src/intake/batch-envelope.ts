import { maxRecords } from '../../contract/import-limits.ts';
import { badBatch, extraneousKey, failedValidation, foundType, missingKey, violations, wrongType } from './batch-answers.ts';
import type { Refusal } from './decoded.ts';
import { readInt64 } from './json/numbers.ts';
import type { JsonObject, TapeSource } from './json/read-value.ts';
import { readString, readValue } from './json/read-value.ts';
import type { Scanner } from './json/scanner.ts';
import { peek, scanElements, scanMembers, scanValue } from './json/scanner.ts';
import type { Tape } from './json/tape.ts';
import { createTape, Kind, nextEntry } from './json/tape.ts';
import { maxQuotedNames, maxTapeLength } from './limits.ts';
import { quoted } from './members.ts';

/** A sound envelope (import-api.md §3.1). */
export interface Envelope {
  readonly table: string;
  /** The schema's own bytes, and the reading of them. */
  readonly schemaText: Uint8Array;
  readonly readSchema: () => JsonObject;
  readonly keyNames: readonly string[];
  readonly tableVersion: bigint | undefined;
  readonly bookmarkNames: readonly string[];
  /** Byte offset of the array of messages, and how many there are. */
  readonly messagesAt: number;
  readonly messages: number;
}

const required = ['table_name', 'schema', 'messages'];
const permitted = new Set([...required, 'key_names', 'table_version', 'bookmark_names', 'vintage']);

/** Scans the object at the scanner to its end, messages included (over `messageTape`), and checks all but the messages. Throws `JsonError`. */
export function readEnvelope(scanner: Scanner, messageTape: Tape): Envelope | Refusal {
  const source = { bytes: scanner.bytes, tape: createTape(maxTapeLength) };
  const found = new Map<string, number>();
  const extraneous = new Set<string>();
  let messagesAt = -1;
  let messages = 0;
  let schemaText = scanner.bytes.subarray(0, 0);
  scanMembers(scanner, source.tape, (key) => {
    const name = readString(source, key);
    if (!permitted.has(name) && extraneous.size < maxQuotedNames) extraneous.add(quoted(name));
    found.set(name, source.tape.length);
    if (name === 'messages') messagesAt = peek(scanner) === 0x5b ? scanner.at : -1;
    peek(scanner);
    const start = scanner.at;
    if (name === 'messages' && messagesAt >= 0) messages = scanElements(scanner, messageTape, 1, () => undefined);
    else scanValue(scanner, source.tape, 1);
    if (name === 'schema') schemaText = scanner.bytes.subarray(start, scanner.at);
  });
  if (source.tape.overflowed)
    return badBatch(`Request failed validation:#: more than ${maxTapeLength} keys and values besides the messages`);
  const checks = createChecks(source, found);
  const lines = [
    ...required.filter((name) => !found.has(name)).map((name) => missingKey('#', name)),
    ...[...extraneous].map((name) => extraneousKey('#', name)),
    ...checks.name('table_name'),
    ...checks.type('schema', 'JSONObject'),
    ...(found.has('messages') ? messageProblems(messagesAt, messages, () => checks.type('messages', 'JSONArray')) : []),
    ...(checks.isNull('key_names') ? [] : checks.names('key_names')),
    ...checks.version('table_version'),
    ...checks.names('bookmark_names'),
    ...checks.type('vintage', 'String'),
  ];
  if (lines.length > 0) return failedValidation(violations('#', lines));
  const keyNames = checks.isNull('key_names') ? [] : checks.readNames('key_names');
  return {
    table: readString(source, found.get('table_name') ?? 0),
    schemaText,
    readSchema: () => readValue(source, found.get('schema') ?? 0) as JsonObject,
    keyNames,
    tableVersion: checks.readVersion('table_version'),
    bookmarkNames: checks.readNames('bookmark_names'),
    messagesAt,
    messages,
  };
}

/** Each check gives the violations of one key of the envelope; an absent key has none. */
function createChecks(source: TapeSource, found: ReadonlyMap<string, number>) {
  const { bytes, tape } = source;
  const isString = (at: number): boolean => tape.kinds[at] === Kind.string || tape.kinds[at] === Kind.escapedString;
  const halves = { low: 0, high: 0 };
  const elements = (name: string): number[] => {
    const at = found.get(name);
    const list: number[] = [];
    if (at !== undefined) for (let element = at + 1; element < nextEntry(tape, at); element = nextEntry(tape, element)) list.push(element);
    return list;
  };
  const type = (name: string, expected: string): string[] => {
    const at = found.get(name);
    const actual = at === undefined ? expected : foundType(source, at);
    return actual === expected ? [] : [wrongType(`#/${name}`, expected, actual)];
  };
  const integer = (at: number): boolean => readInt64(bytes, tape.starts[at] as number, tape.ends[at] as number, halves);
  return {
    type,
    isNull: (name: string): boolean => tape.kinds[found.get(name) ?? -1] === Kind.null,
    name(name: string): string[] {
      const wrong = type(name, 'String');
      const at = found.get(name);
      if (wrong.length > 0 || at === undefined || readString(source, at).trim() !== '') return wrong;
      return [`#/${name}: string [${quoted(readString(source, at))}] does not match pattern \\S`];
    },
    names(name: string): string[] {
      const wrong = type(name, 'JSONArray');
      if (wrong.length > 0) return wrong;
      const bad = elements(name).findIndex((element) => !isString(element));
      return bad < 0 ? [] : [wrongType(`#/${name}/${bad}`, 'String', foundType(source, elements(name)[bad] ?? 0))];
    },
    version(name: string): string[] {
      const at = found.get(name);
      if (at === undefined) return [];
      if (tape.kinds[at] !== Kind.integer) return [wrongType(`#/${name}`, 'Integer', foundType(source, at))];
      return integer(at) ? [] : [`#/${name}: table_version must fit in 64 bits`];
    },
    readNames: (name: string): string[] => elements(name).map((element) => readString(source, element)),
    readVersion(name: string): bigint | undefined {
      const at = found.get(name);
      return at !== undefined && integer(at) ? (BigInt(halves.high) << 32n) | BigInt(halves.low >>> 0) : undefined;
    },
  };
}

function messageProblems(at: number, count: number, wrong: () => string[]): string[] {
  if (at < 0) return wrong();
  if (count === 0) return ['#/messages: expected minimum item count: 1, found: 0'];
  return count > maxRecords ? [`#/messages: expected maximum item count: ${maxRecords}, found: ${count}`] : [];
}
