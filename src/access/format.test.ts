import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatToken, newTokenParts, parseToken, prefixes, randomBase62 } from './format.ts';

const alphabet = Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
const base62 = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });
const tokens = fc
  .record({ prefix: fc.constantFrom(...Object.values(prefixes)), keyId: base62(12), secret: base62(32) })
  .map(({ prefix, ...parts }) => ({ parts, token: formatToken(prefix, parts) }));

describe('the format of credentials', () => {
  it('is prefix, key id, secret and the base62 CRC-32 of these', () => {
    const token = formatToken('at_', { keyId: '0123456789AB', secret: 'abcdefghijklmnopqrstuvwxyz012345' });
    // CRC-32 of the first 47 characters is 0xb1643f5d, computed with Python's zlib.
    expect(token).toBe('at_0123456789ABabcdefghijklmnopqrstuvwxyz0123453FPZCX');
  });

  it('pads a small check with zeros: every token has 53 characters of [0-9A-Za-z_]', () => {
    fc.assert(
      fc.property(tokens, ({ token, parts }) => {
        expect(token).toMatch(/^(?:ac|at|oc|wh)_[0-9A-Za-z]{50}$/);
        expect(parseToken(token)).toEqual(parts);
      }),
      { seed: 1, numRuns: 5_000 },
    );
  });

  it('finds every mistyped character and every two that changed places', () => {
    fc.assert(
      fc.property(tokens, fc.nat(52), fc.constantFrom(...alphabet, '_', ' ', 'é'), ({ token }, at, typed) => {
        const mistyped = `${token.slice(0, at)}${typed}${token.slice(at + 1)}`;
        expect(parseToken(mistyped)).toEqual(mistyped === token ? parseToken(token) : undefined);
        const swapped = `${token.slice(0, at)}${token.charAt(at + 1)}${token.charAt(at)}${token.slice(at + 2)}`;
        if (swapped !== token) expect(parseToken(swapped)).toBeUndefined();
      }),
      { seed: 2, numRuns: 5_000 },
    );
  });

  it('refuses garbage, whatever it is', () => {
    const token = formatToken('ac_', newTokenParts());
    for (const garbage of [
      '',
      ' ',
      'ac_',
      token.slice(1),
      `${token}0`,
      `${token}\n`,
      ` ${token}`,
      token.replace('_', ' '),
      '\0'.repeat(53),
      'é'.repeat(53),
      '_'.repeat(53),
    ]) {
      expect(parseToken(garbage)).toBeUndefined();
    }
    expect(parseToken(undefined)).toBeUndefined();
    expect(parseToken('x'.repeat(10_000_000))).toBeUndefined();
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (garbage) => parseToken(garbage) === undefined),
      { seed: 3, numRuns: 5_000 },
    );
  });

  it('draws ids and secrets evenly over all 62 characters', () => {
    const counts = new Map<string, number>();
    for (const character of randomBase62(620_000)) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual(alphabet.toSorted());
    // 10,000 expected each; taking bytes modulo 62 would give the first eight 12,100. Ten standard deviations are 1,000.
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(1_000);
  });

  it('never gives the same credential twice', () => {
    const made = Array.from({ length: 1_000 }, newTokenParts);
    expect(new Set(made.map(({ keyId }) => keyId)).size).toBe(1_000);
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(1_000);
  });
});
