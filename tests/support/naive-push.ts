/** A second reader of push bodies, written for clarity from import-api.md §4 and §8.3: the oracle of the compiled checks. */
import type { JsonValue } from '../../src/intake/json/read-value.ts';

const maxInt64 = 2n ** 63n - 1n;
const envelope = ['client_id', 'table_name', 'sequence', 'action', 'key_names', 'data', 'table_version', 'namespace'];

export type NaiveVerdict = 'accepted' | { readonly status: number; readonly body: unknown };

/** The answer to a body that is well-formed JSON. */
export function naivePush(body: JsonValue, accountId: number): NaiveVerdict {
  if (!Array.isArray(body)) return { status: 400, body: { status: 'ERROR', message: 'An array of records is expected' } };
  const records = body as readonly JsonValue[];
  if (records.length === 0) return { status: 400, body: { status: 'ERROR', message: 'An array of at least one record is expected' } };
  if (records.length > 20_000) return { status: 400, body: { status: 'ERROR', message: 'An array of at most 20000 records is expected' } };
  return (
    clientVerdict(records, accountId) ??
    records
      .map(recordProblems)
      .map(recordVerdict)
      .find((verdict) => verdict !== undefined) ??
    'accepted'
  );
}

function clientVerdict(records: readonly JsonValue[], accountId: number): NaiveVerdict | undefined {
  const ids = records.map((record) => clientId(member(record, 'client_id')));
  if (ids.includes(undefined)) return { status: 401, body: { status: 'ERROR', error: 'Not Authenticated.', errors: null } };
  if (new Set(ids).size > 1)
    return unprocessable(`The batch contains data points for multiple clients. Only client_id ${accountId} is allowed`);
  if (ids[0] === String(accountId)) return undefined;
  return {
    status: 403,
    body: { status: 'ERROR', error: 'Forbidden', errors: { error: 'Access token is not associated with this client.' } },
  };
}

function clientId(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'string' ? value : isInteger(value) ? value.number : 'nobody';
  return /^\d+$/.test(text) ? String(BigInt(text)) : `nobody ${text}`;
}

function recordProblems(record: JsonValue): Record<string, string[]> {
  const problems: Record<string, string[]> = {};
  const field = (name: string): JsonValue | undefined => member(record, name);
  const blank = (value: JsonValue | undefined): boolean =>
    value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
  const set = (name: string, ...texts: string[]): void => {
    problems[name] = texts;
  };
  const integer = (name: string, value: JsonValue | undefined): void => {
    if (!isInteger(value)) set(name, 'should be an integer', 'should be a number');
    else if (BigInt(value.number) > maxInt64) set(name, `${name} can not be above ${maxInt64}`);
    else if (BigInt(value.number) < -maxInt64 - 1n) set(name, `${name} can not be below ${-maxInt64 - 1n}`);
  };

  const table = field('table_name');
  if (blank(table)) set('table_name', "can't be blank");
  else if (typeof table !== 'string') set('table_name', 'should be a string');
  const sequence = field('sequence');
  if (blank(sequence)) set('sequence', "can't be blank");
  else integer('sequence', sequence);
  const action = field('action');
  if (blank(action)) set('action', "can't be blank");
  else if (action !== 'upsert' && action !== 'switch_view') set('action', 'should be upsert');
  const activation = action === 'switch_view';
  const keys = field('key_names');
  const data = field('data');
  if (!activation) {
    if (blank(keys) || (Array.isArray(keys) && keys.length === 0)) set('key_names', "can't be blank");
    else if (!Array.isArray(keys)) set('key_names', 'should be an array of strings');
    else {
      const bad = (keys as readonly JsonValue[]).find((key) => blank(key) || typeof key !== 'string');
      if (bad !== undefined) set('key_names', blank(bad) ? "can't be blank" : 'should be an array of strings');
    }
    if (data === undefined || data === null) set('data', "can't be blank");
    else if (!(data instanceof Map)) set('data', 'data must be an object');
    else if (leaves(data as JsonValue) > 10_000) set('data', 'data cannot have more than 10000 data points');
  }
  const version = field('table_version');
  if (version !== undefined) integer('table_version', version);
  else if (activation) set('table_version', "can't be blank");
  const namespace = field('namespace');
  if (namespace !== undefined && namespace !== null && typeof namespace !== 'string') set('namespace', 'should be a string');
  for (const name of (record as ReadonlyMap<string, JsonValue>).keys()) if (!envelope.includes(name)) set(name, 'unknown key');
  if (Object.keys(problems).length > 0 || activation) return problems;

  for (const key of keys as readonly string[]) {
    const value = member(data as JsonValue, key);
    if (value === undefined) return { data: ['data must include keys'] };
    if (value === null) return { data: ['keys cannot not be null in data'] };
    if (typeof value === 'string' && value.length > 1024) return { data: ['String keys cannot be longer than 1024 characters'] };
  }
  return problems;
}

function recordVerdict(problems: Record<string, string[]>): NaiveVerdict | undefined {
  return Object.keys(problems).length > 0 ? unprocessable(problems) : undefined;
}

function unprocessable(reason: unknown): NaiveVerdict {
  return { status: 422, body: { status: 'ERROR', error: 'Request cannot be processed; see errors.', errors: [{ reason }] } };
}

function member(value: JsonValue, name: string): JsonValue | undefined {
  return value instanceof Map ? (value as ReadonlyMap<string, JsonValue>).get(name) : undefined;
}

function isInteger(value: JsonValue | undefined): value is { readonly number: string } {
  return typeof value === 'object' && value !== null && 'number' in value && /^-?\d+$/.test(value.number);
}

function leaves(value: JsonValue): number {
  const children = value instanceof Map ? [...value.values()] : Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  return children.length === 0 ? 1 : children.reduce<number>((sum, child) => sum + leaves(child as JsonValue), 0);
}
