import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ratioValue } from './ratio.ts';

it('is exact where the fraction terminates', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
      fc.nat({ max: 60 }),
      fc.nat({ max: 25 }),
      fc.boolean(),
      (above, twos, fives, negative) => {
        const below = 2n ** BigInt(twos) * 5n ** BigInt(fives) * (negative ? -1n : 1n);
        const { exact, text } = ratioValue(above, below);
        expect(exact).toBe(true);
        const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d*[1-9]))?$/.exec(text) ?? [];
        const digits = BigInt(sign + whole + fraction);
        expect(digits * below).toBe(above * 10n ** BigInt(fraction.length));
      },
    ),
    { seed: 61, numRuns: 1000 },
  );
});

it('is the nearest double elsewhere', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1 }), (above, below) => {
      const { exact, text } = ratioValue(BigInt(above), BigInt(3 * below));
      // Both operands are exact, so that IEEE division rounds once.
      if (!exact) expect(Number(text)).toBe(above / (3 * below));
    }),
    { seed: 62, numRuns: 2000 },
  );
  expect(Number(ratioValue(10n ** 99n, 3n).text)).toBe(Number('3'.repeat(99)));
});
