import { extraneousKey, failedValidation, foundType, missingKey, violations, wrongType } from './batch-answers.ts';
import { isDateTime } from './date-time.ts';
import type { Refusal } from './decoded.ts';
import type { FillContext } from './fill.ts';
import { readInt64 } from './json/numbers.ts';
import { readString } from './json/read-value.ts';
import { Kind } from './json/tape.ts';
import { bytesAt, knownKeys, quoted, readMembers } from './members.ts';
import { dateTimeForms } from './schema/formats.ts';

/** Places of a message's keys in a `found` array. */
export const MessageField = { action: 0, sequence: 1, data: 2, timeExtracted: 3 } as const;

const messageNames = ['action', 'sequence', 'data', 'time_extracted'];
const messageKeys = knownKeys(messageNames);

/** The two shapes a message may have; both are closed (import-api.md §3.2). */
const activation = { action: 'activate_version' as const, keys: [0, 1, 3], required: [0, 1] };
const upsert = { action: 'upsert' as const, keys: [0, 1, 2, 3], required: [0, 1, 2] };
const shapes = [activation, upsert];
const upsertText = Buffer.from(upsert.action);
type Branch = (typeof shapes)[number];

/**
 * Checks message `index`, whose value is the tape's first entry, and puts its keys into `found` and its sequence into
 * `context.halves`. Returns its action, or the refusal in the validator's oneOf wording (import-api.md §8.2).
 */
export function checkMessage(context: FillContext, index: number, found: Int32Array): 'upsert' | 'activate_version' | Refusal {
  const path = `#/messages/${index}`;
  if (context.tape.kinds[0] !== Kind.object) return failedValidation([wrongType(path, 'JSONObject', foundType(context, 0))]);
  const unknown = readMembers(context, 0, messageKeys, found);
  if (unknown.length === 0 && isSoundUpsert(context, found)) return sequenceRefusal(context, found) ?? upsert.action;
  const action = textAt(context, found[MessageField.action] as number);
  const linesOf = (branch: Branch): string[] => branchLines(context, path, branch, found, unknown, action);
  const named = shapes.find((branch) => branch.action === action);
  if (named !== undefined && linesOf(named).length === 0) return sequenceRefusal(context, found) ?? named.action;
  const branches = shapes.map(linesOf);
  return failedValidation([`${path}: #: 0 subschemas matched instead of one`, ...branches.flatMap((lines) => violations(path, lines))]);
}

/** Whether a message of known keys is an upsert with nothing to complain about, as nearly all are. It may say no to one in unusual form. */
function isSoundUpsert({ bytes, tape }: FillContext, found: Int32Array): boolean {
  const action = found[MessageField.action] as number;
  const sequence = found[MessageField.sequence] as number;
  const data = found[MessageField.data] as number;
  const time = found[MessageField.timeExtracted] as number;
  if (action < 0 || sequence < 0 || data < 0) return false;
  if (tape.kinds[action] !== Kind.string || tape.kinds[sequence] !== Kind.integer || tape.kinds[data] !== Kind.object) return false;
  if (time >= 0 && !(tape.kinds[time] === Kind.string && isDateTime(bytes, tape.starts[time] as number, tape.ends[time] as number)))
    return false;
  const start = tape.starts[action] as number;
  return (tape.ends[action] as number) - start === upsertText.length && bytesAt(bytes, start, upsertText);
}

function branchLines(
  context: FillContext,
  path: string,
  branch: Branch,
  found: Int32Array,
  unknown: readonly string[],
  action: string | undefined,
): string[] {
  const lines: string[] = [];
  for (const key of branch.required) if ((found[key] as number) < 0) lines.push(missingKey(path, messageNames[key] ?? ''));
  for (const [key, name] of messageNames.entries())
    if ((found[key] as number) >= 0 && !branch.keys.includes(key)) lines.push(extraneousKey(path, name));
  for (const name of unknown) lines.push(extraneousKey(path, name));
  const expect = (key: number, expected: string): boolean => {
    const at = found[key] as number;
    if (at < 0 || !branch.keys.includes(key)) return false;
    const actual = foundType(context, at);
    if (actual === expected || (expected === 'Integer' && context.tape.kinds[at] === Kind.integer)) return true;
    lines.push(wrongType(`${path}/${messageNames[key] ?? ''}`, expected, actual));
    return false;
  };
  expect(MessageField.action, 'String');
  expect(MessageField.sequence, 'Integer');
  expect(MessageField.data, 'JSONObject');
  if (expect(MessageField.timeExtracted, 'String')) {
    const text = textAt(context, found[MessageField.timeExtracted] as number) ?? '';
    const bytes = Buffer.from(text);
    if (!isDateTime(bytes, 0, bytes.length))
      lines.push(`${path}/time_extracted: [${quoted(text)}] is not a valid date-time. Expected ${dateTimeForms}`);
  }
  // The documented answer to a missing key does not mention the other shape's action.
  const strange = action !== undefined && action !== activation.action && action !== upsert.action;
  if (action !== undefined && action !== branch.action && (strange || lines.length === 0)) {
    lines.push(`${path}/action: ${quoted(action)} is not a valid enum value`);
  }
  return lines;
}

function sequenceRefusal({ bytes, tape, halves }: FillContext, found: Int32Array): Refusal | undefined {
  const at = found[MessageField.sequence] as number;
  const start = tape.starts[at] as number;
  if (readInt64(bytes, start, tape.ends[at] as number, halves)) return undefined;
  return failedValidation([
    bytes[start] === 0x2d ? '#: sequence can not be below -9223372036854775808' : '#: sequence can not be above 9223372036854775807',
  ]);
}

function textAt(context: FillContext, at: number): string | undefined {
  const kind = at < 0 ? Kind.null : context.tape.kinds[at];
  return kind === Kind.string || kind === Kind.escapedString ? readString(context, at) : undefined;
}
