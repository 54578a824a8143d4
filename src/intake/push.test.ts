import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naivePush } from '../../tests/support/naive-push.ts';
import type { Batch } from '../batch/batch.ts';
import { decodeBatch } from '../batch/decode.ts';
import { writeRecords } from '../batch/write-json.ts';
import { createBodyDecoder } from './decode-body.ts';
import type { Decoded } from './decoded.ts';
import type { JsonValue } from './json/read-value.ts';
import { readValue } from './json/read-value.ts';
import { createScanner, scanValue } from './json/scanner.ts';
import { createTape } from './json/tape.ts';

const decode = createBodyDecoder();
const push = (body: string | Uint8Array, endpoint: 'push' | 'validate' = 'push'): Decoded =>
  decode({ endpoint, accountId: 7723, body: new Uint8Array(Buffer.from(body as string)) });

/** Status and compact JSON, or the batches. */
const answer = (decoded: Decoded): string => (decoded.ok ? 'accepted' : `${decoded.status} ${JSON.stringify(decoded.body)}`);
const batches = (decoded: Decoded): Batch[] => {
  if (!decoded.ok) throw new Error(answer(decoded));
  return decoded.batches.map(({ payload }) => decodeBatch(payload));
};
const recordsOf = (batch: Batch | undefined): string[] =>
  batch
    ? [
        ...writeRecords(
          batch,
          Array.from({ length: batch.count }, (_, index) => index),
        ).values(),
      ]
    : [];

const sound = { client_id: 7723, table_name: 'pets', sequence: 1, action: 'upsert', key_names: ['id'], data: { id: 1 } };
const record = (changes: object = {}): string => JSON.stringify({ ...sound, ...changes });
const raw = (data: string): string =>
  `[{"client_id":7723,"table_name":"t","sequence":1,"action":"upsert","key_names":["id"],"data":${data}}]`;
const semantic = (reason: string): string =>
  `422 {"status":"ERROR","error":"Request cannot be processed; see errors.","errors":[{"reason":${reason}}]}`;

describe('answers to a push (import-api.md §8.3)', () => {
  it.each([
    ['an object as root', '{}', '400 {"status":"ERROR","message":"An array of records is expected"}'],
    ['a string as root', '"[]"', '400 {"status":"ERROR","message":"An array of records is expected"}'],
    ['no records', ' [ ] ', '400 {"status":"ERROR","message":"An array of at least one record is expected"}'],
    [
      'an empty body',
      '',
      '400 {"status":"ERROR","message":"Malformed json in the body!","error":"Unexpected end of the body at byte 0","input":null}',
    ],
    [
      'a cut-off body',
      `[${record()}`,
      `400 {"status":"ERROR","message":"Malformed json in the body!","error":"Unexpected end of the body at byte ${record().length + 1}","input":null}`,
    ],
    [
      'something after the array',
      `[${record()}]]`,
      `400 {"status":"ERROR","message":"Malformed json in the body!","error":"Unexpected character ']' at byte ${record().length + 2}","input":null}`,
    ],
    [
      'a malformed end after a wrong record',
      `[{},{]`,
      `400 {"status":"ERROR","message":"Malformed json in the body!","error":"Unexpected character ']' at byte 5","input":null}`,
    ],
    ['no client_id', `[${record({ client_id: undefined })}]`, '401 {"status":"ERROR","error":"Not Authenticated.","errors":null}'],
    ['an element that is no object', '[1]', '401 {"status":"ERROR","error":"Not Authenticated.","errors":null}'],
    [
      'a foreign client_id',
      `[${record({ client_id: 7724 })}]`,
      '403 {"status":"ERROR","error":"Forbidden","errors":{"error":"Access token is not associated with this client."}}',
    ],
    [
      'several client ids',
      `[${record({ client_id: 7724 })},${record()}]`,
      semantic('"The batch contains data points for multiple clients. Only client_id 7723 is allowed"'),
    ],
    ['a missing field', `[${record({ table_name: undefined })}]`, semantic('{"table_name":["can\'t be blank"]}')],
    ['a blank field', `[${record({ table_name: ' ' })}]`, semantic('{"table_name":["can\'t be blank"]}')],
    ['a string sequence', `[${record({ sequence: '100' })}]`, semantic('{"sequence":["should be an integer","should be a number"]}')],
    [
      'a sequence that is too big',
      raw('{"id":1}').replace('"sequence":1', '"sequence":9223372036854775808'),
      semantic('{"sequence":["sequence can not be above 9223372036854775807"]}'),
    ],
    ['data that is no object', `[${record({ data: [1] })}]`, semantic('{"data":["data must be an object"]}')],
    ['an absent key', `[${record({ data: { ID: 1 } })}]`, semantic('{"data":["data must include keys"]}')],
    ['a null key', `[${record({ data: { id: null } })}]`, semantic('{"data":["keys cannot not be null in data"]}')],
    [
      'key_properties',
      `[${JSON.stringify({ ...sound, key_names: undefined, key_properties: ['id'] })}]`,
      semantic('{"key_names":["can\'t be blank"],"key_properties":["unknown key"]}'),
    ],
    ['null key_names', `[${record({ key_names: null })}]`, semantic('{"key_names":["can\'t be blank"]}')],
    [
      'a string key that is too long',
      `[${record({ data: { id: 'é'.repeat(1025) } })}]`,
      semantic('{"data":["String keys cannot be longer than 1024 characters"]}'),
    ],
    [
      'a body that is not UTF-8',
      Uint8Array.of(0x5b, 0x22, 0xff, 0x22, 0x5d),
      '400 {"status":"ERROR","message":"Malformed json in the body!","error":"The body is not UTF-8","input":null}',
    ],
    [
      'too many data points',
      `[${record({ data: { id: 1, list: Array(10_000).fill(0) } })}]`,
      semantic('{"data":["data cannot have more than 10000 data points"]}'),
    ],
    [
      'a record with more values than any may have',
      `[${record({ data: { id: 1, list: Array(500_000).fill(0) } })}]`,
      semantic('{"data":["a record cannot have more than 400000 keys and values"]}'),
    ],
  ])('%s', (_, body, expected) => {
    expect(answer(push(body))).toBe(expected);
    expect(answer(push(body, 'validate'))).toBe(expected);
  });

  it('takes one to 20,000 records', () => {
    const many = (count: number): string => `[${Array(count).fill(record()).join(',')}]`;
    expect(push(many(20_000))).toMatchObject({ ok: true, records: 20_000 });
    expect(answer(push(many(20_001)))).toBe('400 {"status":"ERROR","message":"An array of at most 20000 records is expected"}');
  });

  it('takes 10,000 data points and 1024 characters of key', () => {
    expect(answer(push(`[${record({ data: { id: 1, list: Array.from({ length: 9_999 }, () => []) } })}]`))).toBe('accepted');
    expect(answer(push(`[${record({ data: { id: 'é'.repeat(1024) } })}]`))).toBe('accepted');
  });

  it('refuses more than 100,000 different fields over all records', () => {
    const wide = (from: number): string =>
      record({ data: Object.fromEntries([['id', 1], ...Array.from({ length: 9_000 }, (_, index) => [`k${from + index}`, 1])]) });
    const many = (records: number): string => `[${Array.from({ length: records }, (_, index) => wide(index * 9_000)).join(',')}]`;
    expect(answer(push(many(11)))).toBe('accepted');
    expect(answer(push(many(12)))).toBe(semantic('"The request has more than 100000 different fields"'));
  });

  it('takes a client_id of digits in a string, table_version, namespace, and escaped keys', () => {
    expect(answer(push(`[${record({ client_id: '7723', table_version: 0, namespace: null })}]`))).toBe('accepted');
    expect(answer(push(`[${record().replace('"client_id"', '"client\\u005fid"').replace('"id":1', '"\\u0069d":1')}]`))).toBe('accepted');
  });

  it('stores nothing for validate', () => {
    expect(push(`[${record()}]`, 'validate')).toEqual({ ok: true, records: 1, batches: [] });
  });
});

describe('batches of a push', () => {
  it('come one for each table, key names and version, by first appearance, records in order', () => {
    const body = [
      record({ table_name: 'b', sequence: 5 }),
      record({ sequence: 6 }),
      record({ table_name: 'b', sequence: 7, data: { id: 2 } }),
      record({ sequence: 8, table_version: 0 }),
      record({ sequence: 9, key_names: ['id', 'x', 'id'], data: { id: 1, x: 1 } }),
    ];
    expect(
      batches(push(`[${body.join(',')}]`)).map(({ table, keyNames, tableVersion, sequences }) => [
        table,
        keyNames,
        tableVersion,
        [...sequences],
      ]),
    ).toEqual([
      ['b', ['id'], undefined, [5n, 7n]],
      ['pets', ['id'], undefined, [6n]],
      ['pets', ['id'], 0n, [8n]],
      ['pets', ['id', 'x'], undefined, [9n]],
    ]);
  });

  it('hold 64-bit sequences and versions unchanged', () => {
    const body = raw('{"id":1}').replace('"sequence":1', '"sequence":1795253001779869401,"table_version":-9223372036854775808');
    expect(batches(push(body))[0]).toMatchObject({ sequences: BigInt64Array.of(1_795_253_001_779_869_401n), tableVersion: -(2n ** 63n) });
  });

  it('hold switch_view as an activation beside the rows of its version', () => {
    const body = [
      record({ table_version: 3 }),
      JSON.stringify({
        action: 'switch_view',
        table_name: 'pets',
        table_version: 3,
        sequence: 9,
        client_id: 7723,
        namespace: null,
        key_names: null,
        data: null,
      }),
    ];
    const [batch, ...others] = batches(push(`[${body.join(',')}]`));
    expect(others).toEqual([]);
    expect(batch).toMatchObject({ keyNames: ['id'], actions: Uint8Array.of(0, 1), sequences: BigInt64Array.of(1n, 9n) });
    expect(answer(push(`[${JSON.stringify({ action: 'switch_view', table_name: 'pets', sequence: 9, client_id: 7723 })}]`))).toBe(
      semantic('{"table_version":["can\'t be blank"]}'),
    );
  });

  it('keep rows without a version that follow an activation behind it', () => {
    const switchView = (table: string): string =>
      JSON.stringify({ action: 'switch_view', table_name: table, table_version: 3, sequence: 9, client_id: 7723 });
    const body = [
      record(),
      record({ table_version: 3 }),
      record({ table_name: 'other' }),
      switchView('pets'),
      record({ table_version: 3 }),
      record(),
      record({ table_name: 'other' }),
      switchView('pets'),
    ];
    expect(batches(push(`[${body.join(',')}]`)).map(({ table, tableVersion, actions }) => [table, tableVersion, [...actions]])).toEqual([
      ['pets', undefined, [0]],
      ['pets', 3n, [0, 1, 0, 1]],
      ['other', undefined, [0, 0]],
      ['pets', undefined, [0]],
    ]);
  });

  it('count replaced lone surrogates and keep U+0000', () => {
    const [batch] = batches(push(raw('{"id":1,"a\\ud800":"\\u0000","b":["\\udc00\\ud83d\\ude00"]}')));
    expect(batch?.replacedSurrogates).toBe(2);
    expect(recordsOf(batch)).toEqual(['{"id":1,"a\uFFFD":"\\u0000","b":["\uFFFD😀"]}']);
  });

  it('have the last value of a repeated key, in the first place', () => {
    const [batch] = batches(push(raw('{"id":1,"a":{"x":1},"id":"two","a":[{"y":1,"y":2}],"b":3}')));
    expect(recordsOf(batch)).toEqual(['{"id":"two","a":[{"y":2}],"b":3}']);
  });
});

const number = fc.oneof(
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.constantFrom('0', '9223372036854775807', '-9223372036854775808', '1.0', '-0.0', '1.50', '1E2', '1e400', '0.1234567890123456789'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => String(value)),
);
const string = fc.string({ unit: 'grapheme', maxLength: 12 });
const name = fc.oneof(fc.constantFrom('id', 'a', '', '__proto__', 'constructor', 'key"with\\escapes\n'), string);
const json: fc.Arbitrary<string> = fc.letrec<{ any: string; object: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('null', 'true', 'false', '{}', '[]', '[[]]', '[[1],[],[[2]]]'),
    number,
    string.map((text) => JSON.stringify(text)),
    fc.array(tie('any'), { maxLength: 4 }).map((list) => `[${list.join(',')}]`),
    tie('object'),
  ),
  object: fc
    .uniqueArray(fc.tuple(name, tie('any')), { maxLength: 5, selector: ([key]) => key })
    .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`),
})).object;

/** A number that its double reproduces may come back in other words; its value and its being an integer token may not change. */
function canonical(value: JsonValue): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Map) return { members: [...value].map(([key, item]) => [key, canonical(item as JsonValue)]) };
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(canonical);
  const { number: text } = value as { number: string };
  if (/^-?\d+$/.test(text)) return { integer: BigInt(text) };
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^(-?)0+(?=\d)/, '$1');
  const zeros = /0*$/.exec(digits)?.[0].length ?? 0;
  return /^-?0*$/.test(digits)
    ? { zero: text.startsWith('-') }
    : { digits: digits.slice(0, digits.length - zeros), exponent: Number(exponent) - fraction.length + zeros };
}

function parse(text: string): JsonValue {
  const bytes = Buffer.from(text);
  const tape = createTape(100_000);
  scanValue(createScanner(bytes), tape, 0);
  return readValue({ bytes, tape }, 0);
}

describe('a push, compared with simpler readers', () => {
  it('gives every record back: numbers to the digit, keys in order, null apart from absent', () => {
    const bodies = fc.array(json, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(bodies, (texts) => {
        const records = texts.map(
          (text) => `{"client_id":7723,"table_name":"t","sequence":1,"action":"upsert","key_names":["k"],"data":{"k":1,"v":${text}}}`,
        );
        const [batch] = batches(push(`[${records.join(',')}]`));
        expect(recordsOf(batch).map((text) => canonical(parse(text)))).toEqual(
          texts.map((text) => canonical(parse(`{"k":1,"v":${text}}`))),
        );
      }),
      { seed: 11, numRuns: 600 },
    );
  });

  it('gives the verdict of a naive second reader', () => {
    const odd = fc.constantFrom(
      'null',
      '1',
      '-1',
      '1.5',
      '""',
      '" "',
      '"x"',
      '"upsert"',
      '"switch_view"',
      '[]',
      '["id"]',
      '["id","b"]',
      '[""]',
      '[null]',
      '[1]',
      '{}',
      '{"id":1}',
      '{"id":null}',
      '9223372036854775808',
      '-9223372036854775809',
      '7723',
      '"7723"',
      '07723'.slice(1),
    );
    const field = (usual: string, weight = 6): fc.Arbitrary<string | undefined> =>
      fc.oneof(
        { weight: weight * 4, arbitrary: fc.constant(usual) },
        { weight: 1, arbitrary: fc.constant(undefined) },
        { weight: 2, arbitrary: odd },
      );
    const envelope = fc.record({
      client_id: field('7723', 20),
      table_name: field('"t"'),
      sequence: field('12'),
      action: field('"upsert"'),
      key_names: field('["id"]'),
      data: field('{"id":1,"b":"x"}'),
      table_version: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: odd }),
      namespace: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: odd }),
      key_properties: fc.oneof({ weight: 20, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: odd }),
    });
    const text = envelope.map(
      (fields) =>
        `{${Object.entries(fields)
          .flatMap(([key, value]) => (value === undefined ? [] : [`"${key}":${value}`]))
          .join(',')}}`,
    );
    const verdicts = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(text, { maxLength: 3 }), (records) => {
        const body = `[${records.join(', ')}]`;
        const expected = naivePush(parse(body), 7723);
        const got = push(body);
        expect(answer(got)).toBe(expected === 'accepted' ? expected : `${expected.status} ${JSON.stringify(expected.body)}`);
        const kind = expected === 'accepted' ? 'accepted' : String(expected.status);
        verdicts.set(kind, (verdicts.get(kind) ?? 0) + 1);
      }),
      { seed: 12, numRuns: 6000 },
    );
    expect([...verdicts.keys()].toSorted()).toEqual(['400', '401', '403', '422', 'accepted']);
    expect(Math.min(...verdicts.values())).toBeGreaterThan(25);
  });
});
