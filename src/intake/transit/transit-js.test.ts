/** The decoder against transit-js, the reference reader and writer. */
import * as fc from 'fast-check';
import * as transit from 'transit-js';
import { describe, expect, it } from 'vitest';
import { blurred, readByTransitJs, typedRecords, type TypedValue } from '../../../tests/support/typed-values.ts';
import { decodeBatch } from '../../batch/decode.ts';
import { createBodyDecoder } from '../decode-body.ts';

const decode = createBodyDecoder();

/** The `data` of the records, or the status of the refusal. */
function read(body: string): TypedValue[] | number {
  const decoded = decode({ endpoint: 'push', accountId: 7723, format: 'transit', body: new Uint8Array(Buffer.from(body)) });
  if (!decoded.ok) {
    if (decoded.status === 400) expect(decoded.body).toMatchObject({ status: 'ERROR', message: expect.any(String) as string });
    return decoded.status;
  }
  return decoded.batches.flatMap(({ payload }) => typedRecords(decodeBatch(payload)));
}

/** The `data` of the records by transit-js; undefined when it cannot read them. */
function readByOracle(body: string): readonly TypedValue[] | undefined {
  try {
    return (readByTransitJs(body) as TypedValue[]).map((record) => {
      if (typeof record === 'string' || !('members' in record)) throw new TypeError('A record that is no map.');
      return record.members.find(([name]) => name === 'data')?.[1] ?? 'absent';
    });
  } catch {
    return undefined;
  }
}

const tagged = transit.tagged as (tag: string, value: unknown) => unknown;
/** ASCII, so that all writers count its length alike. */
const word = fc.string({ unit: 'binary-ascii', maxLength: 7 });
const text = fc.oneof(
  word,
  fc.constantFrom('~x', '^0', '^ ', '`', '~', '~#set', '~:a', '"\\/\n'),
  fc.string({ unit: 'grapheme', maxLength: 9 }),
);
/** Few, so that codes stand for them. Not `__proto__`, which the writer's own cache trips over. */
const name = fc.oneof(fc.constantFrom('id', 'name', 'owner', '^abc', '~tilde', '`quote', 'key with "quotes"'), word);
const scalar: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.constantFrom(null, true, false, Number.NaN, Infinity, -Infinity, 0, -1, 2 ** 53 - 1),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => transit.integer(String(value))),
  fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n }).map((value) => transit.bigInt(String(value))),
  fc.tuple(fc.bigInt(), fc.nat({ max: 30 })).map(([digits, exponent]) => transit.bigDec(`${digits}E-${exponent}`)),
  // The verbose writer does not pad years.
  fc.integer({ min: -30_610_224_000_000, max: 253_402_300_799_999 }).map((ms) => new Date(ms)),
  fc.uuid().map((value) => transit.uuid(value)),
  word.map((value) => transit.keyword(`k${value}`)),
  word.map((value) => transit.symbol(`s${value}`)),
  fc.webUrl().map((value) => transit.uri(value)),
  fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes)),
);
const { value, map } = fc.letrec<{ value: unknown; map: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }).map((list) => tagged('list', list)) },
    { weight: 1, arbitrary: fc.uniqueArray(fc.integer(), { maxLength: 4 }).map((list) => transit.set(list)) },
    { weight: 2, arbitrary: tie('map') },
  ),
  // A single key that is a tag would be no map, in the verbose flavour for transit-js too.
  map: fc
    .uniqueArray(
      fc.tuple(
        fc.oneof(
          { weight: 8, arbitrary: name },
          { weight: 1, arbitrary: fc.integer() },
          { weight: 1, arbitrary: word.map((key) => transit.keyword(`k${key}`)) },
        ),
        tie('value'),
      ),
      {
        maxLength: 5,
        selector: ([key]) => keyText(key),
      },
    )
    .map((members) => transit.map(members.flat())),
}));

function keyText(key: unknown): string {
  return transit.isKeyword(key) ? (key as { name(): string }).name() : String(key);
}

/** JavaScript objects, which the verbose writer makes, put keys of digits first. */
function sorted(value: TypedValue): TypedValue {
  if (typeof value === 'string') return value;
  if (!('members' in value)) return value.map(sorted);
  const members = value.members.map(([key, member]) => [key, sorted(member)] as const);
  return { members: members.toSorted(([one], [other]) => (one < other ? -1 : 1)) };
}

function bodyOf(values: readonly unknown[], flavour: transit.Encodings): string {
  const records = values.map((data, index) =>
    transit.map([
      'action',
      'upsert',
      'table_name',
      't',
      'key_names',
      ['k'],
      'sequence',
      index,
      'client_id',
      7723,
      'data',
      transit.map(['k', 1, 'v', data]),
    ]),
  );
  return transit.writer(flavour).write(records);
}

describe('what transit-js writes', () => {
  it.each(['json', 'json-verbose'] as const)('means the same to both readers in the flavour %s', (flavour) => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 6 }), (values) => {
        const body = bodyOf(values, flavour);
        const got = read(body);
        expect(Array.isArray(got) ? got.map(blurred) : got, body).toEqual(readByOracle(body));
      }),
      { seed: 41, numRuns: 1500 },
    );
  });

  it('means the same in both flavours, to the digit', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
        const got = read(bodyOf(values, 'json'));
        const verbose = read(bodyOf(values, 'json-verbose'));
        if (!Array.isArray(got) || !Array.isArray(verbose)) throw new Error('refused');
        expect(verbose.map(sorted)).toEqual(got.map(sorted));
      }),
      { seed: 42, numRuns: 500 },
    );
  });
});

describe('what somebody changed afterwards', () => {
  it('is refused, or means what it means to transit-js', () => {
    const piece = fc.constantFrom(
      '^',
      '~',
      '^ ',
      '^0',
      '^5',
      '^:',
      '"^1"',
      '~#set',
      '~:',
      '~i',
      '~m',
      '~f',
      '~d',
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"',
      '0',
      '1',
      'data',
      'null',
      '\\u007e',
      '["~#cmap",["a",1]]',
      '[]',
    );
    const change = fc.record({ at: fc.nat(), remove: fc.nat({ max: 6 }), insert: fc.oneof(fc.constant(''), piece) });
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.array(fc.oneof(map, value), { minLength: 1, maxLength: 4 }),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        (values, changes) => {
          let body = bodyOf(values, 'json');
          for (const { at, remove, insert } of changes) {
            const from = at % body.length;
            body = body.slice(0, from) + insert + body.slice(from + remove);
          }
          const got = read(body);
          const kind = Array.isArray(got) ? 'accepted' : String(got);
          outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
          // transit-js decodes base64, which we pass on as text.
          if (Array.isArray(got) && !body.includes('~b')) expect(got.map(blurred), body).toEqual(readByOracle(body));
        },
      ),
      { seed: 43, numRuns: 6000 },
    );
    expect(outcomes.get('accepted')).toBeGreaterThan(300);
    expect(outcomes.get('400')).toBeGreaterThan(300);
    expect([...outcomes.keys()].every((kind) => ['accepted', '400', '401', '403', '422'].includes(kind))).toBe(true);
  });
});
