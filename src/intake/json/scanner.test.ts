import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonError } from './json-error.ts';
import type { JsonValue } from './read-value.ts';
import { readValue } from './read-value.ts';
import { createScanner, maxDepth, scanElements, scanEnd, scanValue } from './scanner.ts';
import { createTape } from './tape.ts';

function parse(text: string | Uint8Array): JsonValue {
  const bytes = typeof text === 'string' ? Buffer.from(text) : Buffer.from(text);
  const tape = createTape(100_000);
  const scanner = createScanner(bytes);
  scanValue(scanner, tape, 0);
  scanEnd(scanner);
  return readValue({ bytes, tape }, 0);
}

/** As JSON.parse gives it; only for values without repeated keys. */
function plain(value: JsonValue): unknown {
  if (value === null || typeof value !== 'object') return value;
  if ('number' in value) return Number(value.number);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, member]) => [key, plain(member as JsonValue)]));
  return (value as readonly JsonValue[]).map(plain);
}

const problem = (text: string | Uint8Array): string => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof JsonError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('scanning JSON', () => {
  it.each([
    ['', 'Unexpected end of the body at byte 0'],
    ['  ', 'Unexpected end of the body at byte 2'],
    ['[1,]', "Unexpected character ']' at byte 3"],
    ['{"a":1,}', "Unexpected character '}' at byte 7"],
    ['{"a" 1}', "Unexpected character '1' at byte 5"],
    ['{a:1}', "Unexpected character 'a' at byte 1"],
    ['[1 2]', "Unexpected character '2' at byte 3"],
    ['[1}', "Unexpected character '}' at byte 2"],
    ['{"a":1]', "Unexpected character ']' at byte 6"],
    ['1 1', "Unexpected character '1' at byte 2"],
    ['NaN', "Unexpected character 'N' at byte 0"],
    ['-Infinity', "Unexpected character 'I' at byte 1"],
    ['nul', 'Unexpected end of the body at byte 3'],
    ['nulL', "Unexpected character 'L' at byte 3"],
    ['01', "Unexpected character '1' at byte 1"],
    ['1.', 'Unexpected end of the body at byte 2'],
    ['.5', "Unexpected character '.' at byte 0"],
    ['+1', "Unexpected character '+' at byte 0"],
    ['1e', 'Unexpected end of the body at byte 2'],
    ['"a', 'Unexpected end of the body at byte 2'],
    ['"\\', 'Unexpected end of the body at byte 2'],
    ['"\\x"', 'Invalid escape in a string at byte 1'],
    ['"\\u12g4"', 'Invalid escape in a string at byte 1'],
    ['"\\u12', 'Unexpected end of the body at byte 5'],
    ['"a\nb"', 'Control character in a string at byte 2'],
    ['// x\n1', "Unexpected character '/' at byte 0"],
    ['\uFEFF1', 'Unexpected byte 0xef at byte 0'],
    ['\u00001', 'Unexpected byte 0x00 at byte 0'],
    ['[1\u00a0]', 'Unexpected byte 0xc2 at byte 2'],
  ])('refuses %j', (text, message) => {
    expect(problem(text)).toBe(message);
  });

  it('accepts nesting to the limit and not one level more', () => {
    expect(problem('['.repeat(maxDepth) + ']'.repeat(maxDepth))).toBe('accepted');
    expect(problem('['.repeat(maxDepth + 1))).toBe(`Nesting deeper than ${maxDepth} levels at byte ${maxDepth}`);
    expect(problem('{"a":'.repeat(1_000_000))).toContain('Nesting deeper');
  });

  it('keeps the text of numbers and the last of repeated keys in the first place', () => {
    expect(parse('[1.0, 12345678901234567890, -0]')).toEqual([{ number: '1.0' }, { number: '12345678901234567890' }, { number: '-0' }]);
    expect([...(parse('{"a":1,"b":2,"\\u0061":3}') as Map<string, JsonValue>)]).toEqual([
      ['a', { number: '3' }],
      ['b', { number: '2' }],
    ]);
  });

  it('replaces lone surrogates and joins pairs', () => {
    expect(parse('["\\ud83d\\ude00", "\\ud83d", "\\ude00\\ud83d", "\\ud83dx", "\\ud83d\\n", "\\ud83d\\ud83d\\ude00"]')).toEqual([
      '😀',
      '\uFFFD',
      '\uFFFD\uFFFD',
      '\uFFFDx',
      '\uFFFD\n',
      '\uFFFD😀',
    ]);
  });

  it('reads what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(3), (value, indent) => {
        expect(plain(parse(JSON.stringify(value, null, indent)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('gives the verdict of JSON.parse on damaged texts', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      'a',
      '0',
      '1',
      '-',
      '.',
      'e',
      '+',
      'true',
      'null',
      ' ',
      '\\u00e9',
      'é',
      '\t',
    );
    const damaged = fc
      .tuple(
        fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
        fc.nat(),
        fc.nat(2),
        pieces,
      )
      .map(([text, at, remove, piece]) => text.slice(0, at % (text.length + 1)) + piece + text.slice((at % (text.length + 1)) + remove));
    let refused = 0;
    fc.assert(
      // A text cut inside a surrogate pair becomes U+FFFD in UTF-8; both parsers see the same text then.
      fc.property(
        fc.oneof(
          damaged,
          fc.array(pieces, { maxLength: 8 }).map((list) => list.join('')),
        ),
        (text) => {
          const sent = Buffer.from(text).toString();
          let verdict = 'accepted';
          try {
            JSON.parse(sent);
          } catch {
            verdict = 'refused';
            refused++;
          }
          expect(problem(sent) === 'accepted' ? 'accepted' : 'refused').toBe(verdict);
        },
      ),
      { seed: 2, numRuns: 4000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });

  it('hands out the elements of an array one at a time', () => {
    const bytes = Buffer.from(' [ 1 , {"a":[2]} , "x" ] ');
    const tape = createTape(1000);
    const scanner = createScanner(bytes);
    const seen: unknown[] = [];
    expect(scanElements(scanner, tape, 0, () => seen.push(plain(readValue({ bytes, tape }, 0))))).toBe(3);
    scanEnd(scanner);
    expect(seen).toEqual([1, { a: [2] }, 'x']);
  });

  it('goes on checking after the tape has overflowed, and keeps it small', () => {
    const tape = createTape(300);
    const scan = (text: string): void => {
      const scanner = createScanner(Buffer.from(text));
      scanValue(scanner, tape, 0);
      scanEnd(scanner);
    };
    const members = Array.from({ length: 5000 }, (_, index) => `"k${index}":[{},${index}]`).join(',');
    scan(`{${members}}`);
    expect(tape.overflowed).toBe(true);
    expect(tape.kinds.length).toBeLessThanOrEqual(300);
    expect(() => scan(`{${members}]`)).toThrow(JsonError);
  });
});
