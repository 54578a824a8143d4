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
      data: { id: 1, a: 'x'.repeat(70_000) },
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

it('reads each body as if it were the first, whatever it kept of those before', () => {
  const bytesOf = (decoded: Decoded): unknown =>
    decoded.ok ? decoded.batches.map(({ table, payload }) => [table, Buffer.from(payload).toString('hex')]) : decoded;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.oneof({ weight: 20, arbitrary: body }, { weight: 1, arbitrary: large }), fc.constantFrom('json', 'transit')), {
        minLength: 2,
        maxLength: 12,
      }),
      (bodies) => {
        const decode = createBodyDecoder({ inline: true });
        for (const [text, format] of bodies) {
          const request = { endpoint: 'push', accountId: 7, format, body: new Uint8Array(Buffer.from(text)) } as const;
          expect(bytesOf(decode(request))).toEqual(bytesOf(createBodyDecoder({ inline: true })(request)));
        }
      },
    ),
    { seed: 20_261_121, numRuns: 300 },
  );
});
