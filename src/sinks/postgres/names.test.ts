import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteIdentifier, shortenName } from './names.ts';

describe('quoting an identifier', () => {
  it('doubles quotes and refuses what PostgreSQL could not hold', () => {
    expect(quoteIdentifier('a"b"; DROP TABLE x; --')).toBe('"a""b""; DROP TABLE x; --"');
    expect(() => quoteIdentifier('')).toThrow();
    expect(() => quoteIdentifier('a\0b')).toThrow();
  });
});

describe('shortening a name', () => {
  it('leaves names of up to 63 bytes alone', () => {
    const fits = 'x'.repeat(63);
    expect(shortenName(fits)).toBe(fits);
    expect(shortenName('é'.repeat(31))).toBe('é'.repeat(31));
  });

  it('makes different names of at most 63 bytes of longer ones, in whole characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 64, maxLength: 90 }), (tail) => {
        const [one, other] = [shortenName(`_sdc_source_key_${tail}1`), shortenName(`_sdc_source_key_${tail}2`)];
        expect(one).not.toBe(other);
        expect(Buffer.byteLength(one)).toBeLessThanOrEqual(63);
        expect(one).toMatch(/^_sdc_source_key_/);
        expect(one).not.toContain('\uFFFD'.repeat(tail.includes('\uFFFD') ? 99 : 1));
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});
