import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBodyDecoder } from './decode-body.ts';
import type { Decoded } from './decoded.ts';

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 1, -7, 2.5, '', 'é\n', '2026-01-01T00:00:00Z'),
    fc.string({ maxLength: 30 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'é'), tie('value'), { maxKeys: 3 }),
  ),
})).value;
const mostly = <Usual, Odd>(usual: Usual, odd: Odd): fc.Arbitrary<Usual | Odd> =>
  fc.oneof({ weight: 20, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(odd) });
const message = fc.record({
  client_id: mostly(7, 8),
  table_name: fc.constantFrom('pets', 'pets', 'orders', 'caf\u00e9'),
  sequence: fc.nat(),
  action: fc.oneof({ weight: 4, arbitrary: fc.constant('upsert') }, { weight: 1, arbitrary: mostly('switch_view', 'drop') }),
  key_names: fc.constantFrom(['id'], ['id'], ['id', 'a']),
  table_version: mostly(undefined, 1),
  data: fc.tuple(fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), value, { maxKeys: 4 })).map(([members]) => ({ id: 1, ...members })),
});
const body = fc
  .tuple(fc.array(message, { minLength: 1, maxLength: 8 }), fc.constantFrom('pets', 'p\\u0065ts', 'p\\\\u0065ts'), mostly('', ']'))
  .map(([messages, name, rest]) => JSON.stringify(messages).replaceAll('pets', name) + rest);
/** Too large for its table to be kept. */
const large = fc.nat(3).map((seed) =>
  JSON.stringify([
    {
      client_id: 7,
      table_name: 'pets',
      sequence: seed,
      action: 'upsert',
      key_names: ['id'],
      data: { id: 1, a: 'x'.repeat(1_100_000) },
    },
  ]),
);

const record = (members: string): string => `{"client_id":7,"table_name":"pets","sequence":1,${members}}`;
const upsert = (members = ''): string => record(`"action":"upsert","key_names":["id"],"data":{"id":1}${members}`);
const activation = record('"action":"switch_view","table_version":1');

it.each([
  ['no version after one with a version', upsert(',"table_version":1'), upsert()],
  ['a version after one without', upsert(), upsert(',"table_version":1')],
  ['an activation after one with keys', `${upsert(',"table_version":1')},${activation}`, activation],
])('reads a body with %s as if it were the first', (_, ...records) => {
  const decode = createBodyDecoder({ inline: true });
  const decodedBy = (read: typeof decode, text: string): Decoded =>
    read({ endpoint: 'push', accountId: 7, body: new Uint8Array(Buffer.from(`[${text}]`)) });
  for (const text of records) expect(decodedBy(decode, text)).toEqual(decodedBy(createBodyDecoder({ inline: true }), text));
});

const property = fc.constantFrom<object>(
  {},
  { type: 'string', format: 'date-time' },
  { type: 'number' },
  { anyOf: [{ type: 'integer' }, {}] },
);
const batch = fc
  .record({
    table_name: fc.constantFrom('pets', 'orders'),
    schema: fc.record({ type: fc.constant('object'), properties: fc.dictionary(fc.constantFrom('id', 'a', 'b'), property) }),
    key_names: mostly([], ['id']),
    messages: fc.array(
      fc.record({
        action: fc.constant('upsert'),
        sequence: fc.nat(),
        time_extracted: mostly(undefined, '2026-01-01T00:00:00Z'),
        data: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), value, { maxKeys: 4 }).map((members) => ({ id: 1, ...members })),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map((envelope) => JSON.stringify(envelope));

it('reads each body as if it were the first, whatever it kept of those before', () => {
  const bytesOf = (decoded: Decoded): unknown =>
    decoded.ok ? decoded.batches.map(({ table, payload }) => [table, Buffer.from(payload).toString('hex')]) : decoded;
  const push = fc.tuple(
    fc.constant('push' as const),
    fc.oneof({ weight: 20, arbitrary: body }, { weight: 1, arbitrary: large }),
    fc.constantFrom('json', 'transit'),
  );
  const request = fc.oneof(push, fc.tuple(fc.constant('batch' as const), batch, fc.constant('json')));
  fc.assert(
    fc.property(fc.array(request, { minLength: 2, maxLength: 12 }), (requests) => {
      const decode = createBodyDecoder({ inline: true });
      for (const [endpoint, text, format] of requests) {
        const given = { endpoint, accountId: 7, format, body: new Uint8Array(Buffer.from(text)) } as const;
        expect(bytesOf(decode(given))).toEqual(bytesOf(createBodyDecoder({ inline: true })(given)));
      }
    }),
    { seed: 20_261_121, numRuns: 300 },
  );
});

it('reads on when a table has looked up much in its schema for the bodies before', () => {
  const decode = createBodyDecoder();
  const definitions = { any: { anyOf: Array.from({ length: 4000 }, () => ({})) } };
  const names = Array.from({ length: 600 }, (_, index) => `field_${index}`);
  const properties = Object.fromEntries(names.map((name) => [name, { $ref: '#/definitions/any' }]));
  for (let first = 0; first < names.length; first += 100) {
    const data = Object.fromEntries(names.slice(first, first + 100).map((name) => [name, 1]));
    const schema = { type: 'object', definitions, properties };
    const text = JSON.stringify({ table_name: 'wide', schema, messages: [{ action: 'upsert', sequence: 1, data }] });
    expect(decode({ endpoint: 'batch', accountId: 7, body: new Uint8Array(Buffer.from(text)) })).toMatchObject({ ok: true });
  }
});
