/** The hand-written checks give the verdict of the zod schemas in `contract/`, and beyond it only the rules that span fields. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchBodySchema, pushBodySchema } from '../../contract/import-api.ts';
import { createBodyDecoder } from './decode-body.ts';

const accountId = 7;
const decode = createBodyDecoder();
const accepts = (endpoint: 'push' | 'batch', body: unknown): boolean =>
  decode({ endpoint, accountId, body: new TextEncoder().encode(JSON.stringify(body)) }).ok;

/** Mostly `good`, now and then something of another kind, or nothing at all. */
function mostly(good: fc.Arbitrary<unknown>, optional = false): fc.Arbitrary<unknown> {
  const odd = fc.constantFrom<unknown>(undefined, null, '', ' ', 'text', '12', true, 1, -1, 1.5, {}, [], [1], ['id'], { id: 1 });
  return fc.oneof({ weight: optional ? 40 : 80, arbitrary: good }, { weight: 1, arbitrary: odd });
}

/** Absent keys are left out, as JSON does it with undefined. */
const record = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(fields).map((value) => Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)));

const data = fc.record({
  id: fc.integer(),
  v: fc.oneof(fc.string(), fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true })),
});
const sequence = fc.nat();
const extra = fc.oneof({ weight: 30, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant(1) });

const pushRecord = record({
  client_id: mostly(fc.constantFrom<unknown>(accountId, String(accountId))),
  table_name: mostly(fc.constantFrom('orders', 'lines')),
  action: mostly(fc.constantFrom('upsert', 'upsert', 'upsert', 'switch_view')),
  key_names: mostly(fc.constant(['id'])),
  sequence: mostly(sequence),
  data: mostly(data),
  table_version: mostly(fc.constantFrom(undefined, 0, 3), true),
  namespace: mostly(fc.constantFrom(undefined, null, 'x'), true),
  key_properties: extra,
});

/** A legacy activation carries keys and data from one client; they are ignored (import-api.md §9). */
function withoutIgnored(value: Record<string, unknown>): Record<string, unknown> {
  if (value['action'] !== 'switch_view') return value;
  const { key_names: _keys, data: _data, ...rest } = value;
  return rest;
}

function keysAreThere(value: Record<string, unknown>): boolean {
  if (value['action'] === 'switch_view') return true;
  const names: unknown = value['key_names'];
  const fields: unknown = value['data'];
  if (!Array.isArray(names) || typeof fields !== 'object' || fields === null) return false;
  const held = new Map(Object.entries(fields));
  return names.every((name) => held.get(String(name)) !== undefined && held.get(String(name)) !== null);
}

it('push accepts exactly what the schema accepts, when the client is the token’s and the keys are there', () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(pushRecord, { minLength: 0, maxLength: 3 }), (body) => {
      const verdict =
        pushBodySchema.safeParse(body.map(withoutIgnored)).success &&
        body.every((value) => Number(value['client_id']) === accountId && keysAreThere(value));
      if (verdict) accepted += 1;
      expect(accepts('push', body)).toBe(verdict);
    }),
    { seed: 20261121, numRuns: 4000 },
  );
  expect(accepted).toBeGreaterThan(500);
});

const message = record({
  action: mostly(fc.constantFrom('upsert', 'upsert', 'upsert', 'activate_version')),
  sequence: mostly(sequence),
  data: mostly(data),
  time_extracted: mostly(fc.constantFrom(undefined, '2024-01-01T00:00:00.000000Z'), true),
  other: extra,
}).map((value) => {
  if (value['action'] !== 'activate_version') return value;
  const { data: _data, ...rest } = value;
  return rest;
});

const batchBody = record({
  table_name: mostly(fc.constant('orders')),
  schema: mostly(fc.constant({})),
  messages: mostly(fc.array(message, { minLength: 1, maxLength: 3 })),
  key_names: mostly(fc.constantFrom(undefined, null, [], ['id']), true),
  table_version: mostly(fc.constantFrom(undefined, 0, 4), true),
  bookmark_names: mostly(fc.constantFrom(undefined, ['v']), true),
  vintage: mostly(fc.constantFrom(undefined, 'x'), true),
  client_id: extra,
});

it('batch accepts exactly what the schema accepts, when the keys are there and an activation names a version', () => {
  let accepted = 0;
  fc.assert(
    fc.property(batchBody, (body) => {
      const parsed = batchBodySchema.safeParse(body);
      const messages: Record<string, unknown>[] = parsed.success ? parsed.data.messages : [];
      const fits = messages.every((value) =>
        value['action'] === 'activate_version'
          ? body['table_version'] !== undefined
          : keysAreThere({ ...value, key_names: body['key_names'] ?? [] }),
      );
      const verdict = parsed.success && fits && isReadable(messages);
      if (verdict) accepted += 1;
      expect(accepts('batch', body), JSON.stringify(body)).toBe(verdict);
    }),
    { seed: 20261121, numRuns: 4000 },
  );
  expect(accepted).toBeGreaterThan(500);
});

/** The schema takes any text as a time; only a date-time can be one. */
function isReadable(messages: readonly Record<string, unknown>[]): boolean {
  return messages.every(({ time_extracted: time }) => typeof time !== 'string' || /^\d{4}-\d{2}-\d{2}T/.test(time));
}
