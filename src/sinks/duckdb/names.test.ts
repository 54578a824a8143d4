import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanName, foldName, quoteIdentifier } from './names.ts';

describe('cleaning a name', () => {
  it.each([
    ['CuStOmErId', 'CuStOmErId'],
    ['customer id', 'customer id'],
    ['customer!id', 'customerid'],
    ['CUSTOMER! ID', 'CUSTOMER ID'],
    ['123customerid', 'customerid'],
    ['9lives', 'lives'],
    ['_987X', '_987X'],
    ['9_a', '_a'],
    [' leading', 'leading'],
    ['order', 'order'],
    ['a.b-c$d', 'abcd'],
    ['größe', 'größe'],
    ['naïve', 'naïve'],
    ['名前', '名前'],
    ['क़ीमत', 'क़ीमत'],
    ['٣عدد', 'عدد'],
    ['a\tb\u00a0c\0', 'abc'],
    ['🙂', ''],
    ['123', ''],
    ['', ''],
  ])('turns %j into %j', (raw, cleaned) => {
    expect(cleanName(raw)).toBe(cleaned);
  });

  it('changes a cleaned name no further and starts with a letter or an underscore', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (raw) => {
        const cleaned = cleanName(raw);
        expect(cleanName(cleaned)).toBe(cleaned);
        expect(cleaned).toMatch(/^$|^[\p{L}_]/u);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('folding a name', () => {
  it('ignores the case of ASCII letters alone, as DuckDB does', () => {
    expect(foldName('CustomerID')).toBe('customerid');
    expect(foldName('ÉTÉ')).toBe('ÉtÉ');
  });
});

describe('quoting an identifier', () => {
  it('doubles quotes and refuses what DuckDB could not hold', () => {
    expect(quoteIdentifier('a"b"; DROP TABLE x; --')).toBe('"a""b""; DROP TABLE x; --"');
    expect(() => quoteIdentifier('')).toThrow();
    expect(() => quoteIdentifier('a\0b')).toThrow();
  });
});
