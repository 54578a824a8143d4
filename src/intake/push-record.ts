import { maxDataPoints, maxKeyCharacters } from '../../contract/import-limits.ts';
import type { FillContext } from './fill.ts';
import { readInt64 } from './json/numbers.ts';
import { readString } from './json/read-value.ts';
import { Kind, nextEntry } from './json/tape.ts';
import { bytesAt, knownKeys } from './members.ts';
import type { KeyProblem } from './record-data.ts';
import { hasTooManyDataPoints } from './record-data.ts';

/** Places of a push record's keys in a `found` array. */
export const Field = { clientId: 0, tableName: 1, sequence: 2, action: 3, keyNames: 4, data: 5, tableVersion: 6, namespace: 7 } as const;

export const pushKeyCount = 8;
export const pushKeys = knownKeys(['client_id', 'table_name', 'sequence', 'action', 'key_names', 'data', 'table_version', 'namespace']);

/** Problems by field, in the order of import-api.md §4.1. */
export type Problems = [field: string, problems: readonly string[]][];

const blank = ["can't be blank"];
const notInteger = ['should be an integer', 'should be a number'];

/**
 * Checks all of a record but `client_id` and its keys (import-api.md §4.1, §8.3). Leaves the sequence in `context.halves`.
 * Returns no problems for a sound record.
 */
export function checkRecord(context: FillContext, found: Int32Array, unknown: readonly string[]): Problems {
  const problems: Problems = [];
  const add = (field: string, list: readonly string[] | undefined): void => void (list && problems.push([field, list]));
  const activation = isActivation(context, found);
  add('table_name', nameProblems(context, found[Field.tableName] as number));
  add('action', actionProblems(context, found[Field.action] as number));
  if (!activation) {
    add('key_names', keyNamesProblems(context, found[Field.keyNames] as number));
    add('data', dataProblems(context, found[Field.data] as number));
  }
  add('table_version', versionProblems(context, found[Field.tableVersion] as number, activation));
  add('namespace', namespaceProblems(context, found[Field.namespace] as number));
  // Last, because it is what leaves its number in `context.halves`.
  const sequence = sequenceProblems(context, found[Field.sequence] as number);
  if (sequence) problems.splice(problems.findIndex(([field]) => field === 'table_name') + 1, 0, ['sequence', sequence]);
  for (const name of unknown) add(name, ['unknown key']);
  return problems;
}

/** Whether the action is the legacy `switch_view`, to which key and data rules do not apply (import-api.md §9). */
export function isActivation(context: FillContext, found: Int32Array): boolean {
  return textIs(context, found[Field.action] as number, 'switch_view', switchView);
}

/** What the answer says about key values in `data`. */
export const keyProblemTexts: Readonly<Record<KeyProblem['problem'], string>> = {
  absent: 'data must include keys',
  null: 'keys cannot not be null in data',
  'too-long': `String keys cannot be longer than ${maxKeyCharacters} characters`,
};

function nameProblems(context: FillContext, at: number): readonly string[] | undefined {
  if (isBlank(context, at)) return blank;
  return isString(context, at) ? undefined : ['should be a string'];
}

function actionProblems(context: FillContext, at: number): readonly string[] | undefined {
  if (isBlank(context, at)) return blank;
  return textIs(context, at, 'upsert', upsert) || textIs(context, at, 'switch_view', switchView) ? undefined : ['should be upsert'];
}

function keyNamesProblems(context: FillContext, at: number): readonly string[] | undefined {
  const { tape } = context;
  if (isBlank(context, at)) return blank;
  if (tape.kinds[at] !== Kind.array) return ['should be an array of strings'];
  if (tape.starts[at] === 0) return blank;
  const end = tape.ends[at] as number;
  for (let name = at + 1; name < end; name = nextEntry(tape, name)) {
    if (isBlank(context, name)) return blank;
    if (!isString(context, name)) return ['should be an array of strings'];
  }
  return undefined;
}

function dataProblems(context: FillContext, at: number): readonly string[] | undefined {
  if (at < 0 || context.tape.kinds[at] === Kind.null) return blank;
  if (context.tape.kinds[at] !== Kind.object) return ['data must be an object'];
  return hasTooManyDataPoints(context.tape, at) ? [`data cannot have more than ${maxDataPoints} data points`] : undefined;
}

function versionProblems(context: FillContext, at: number, activation: boolean): readonly string[] | undefined {
  if (at < 0) return activation ? blank : undefined;
  return integerProblems(context, at, 'table_version');
}

function sequenceProblems(context: FillContext, at: number): readonly string[] | undefined {
  return isBlank(context, at) ? blank : integerProblems(context, at, 'sequence');
}

function integerProblems(context: FillContext, at: number, what: string): readonly string[] | undefined {
  const { bytes, tape, halves } = context;
  if (tape.kinds[at] !== Kind.integer) return notInteger;
  const start = tape.starts[at] as number;
  if (readInt64(bytes, start, tape.ends[at] as number, halves)) return undefined;
  return [bytes[start] === 0x2d ? `${what} can not be below -9223372036854775808` : `${what} can not be above 9223372036854775807`];
}

function namespaceProblems(context: FillContext, at: number): readonly string[] | undefined {
  return at < 0 || context.tape.kinds[at] === Kind.null || isString(context, at) ? undefined : ['should be a string'];
}

function isString({ tape }: FillContext, at: number): boolean {
  return at >= 0 && (tape.kinds[at] === Kind.string || tape.kinds[at] === Kind.escapedString);
}

const upsert = Buffer.from('upsert');
const switchView = Buffer.from('switch_view');

function textIs(context: FillContext, at: number, text: string, ascii: Uint8Array): boolean {
  const { bytes, tape } = context;
  if (!isString(context, at)) return false;
  if (tape.kinds[at] === Kind.escapedString) return readString(context, at) === text;
  const start = tape.starts[at] as number;
  return (tape.ends[at] as number) - start === ascii.length && bytesAt(bytes, start, ascii);
}

/** Absent, null, or a string of white space only. */
function isBlank(context: FillContext, at: number): boolean {
  const { bytes, tape } = context;
  if (at < 0 || tape.kinds[at] === Kind.null) return true;
  if (!isString(context, at)) return false;
  const first = bytes[tape.starts[at] as number] as number;
  // Plain text that starts with a letter needs no closer look.
  if (tape.ends[at] !== tape.starts[at] && first > 0x20 && first < 0x7f && first !== 0x5c) return false;
  return readString(context, at).trim() === '';
}
