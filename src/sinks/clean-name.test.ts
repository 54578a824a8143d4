import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanName } from './clean-name.ts';

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
