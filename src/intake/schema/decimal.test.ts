import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDecimal, decimalBound, findDivisor, isMultipleOf } from './decimal.ts';

/** A number token with its value in units of 10^-60. */
const token = fc
  .tuple(
    fc.boolean(),
    fc.oneof(fc.bigInt({ min: 0n, max: 30n }), fc.bigInt({ min: 0n, max: 10n ** 19n })),
    fc.integer({ min: 0, max: 20 }),
    fc.integer({ min: -20, max: 20 }),
  )
  .map(([negative, digits, places, exponent]) => {
    const text = digits.toString().padStart(places + 1, '0');
    const whole = text.slice(0, text.length - places);
    const fraction = places > 0 ? `.${text.slice(text.length - places)}` : '';
    const suffix = exponent === 0 ? '' : exponent % 2 === 0 ? `e${exponent}` : `E${exponent > 0 ? '+' : ''}${exponent}`;
    const units = digits * 10n ** BigInt(60 - places + exponent);
    return { text: `${negative ? '-' : ''}${whole}${fraction}${suffix}`, units: negative ? -units : units };
  });
const bytes = (text: string): Uint8Array => Buffer.from(`x${text}x`);

describe('decimal arithmetic on number tokens', () => {
  it('compares as whole numbers of small units do', () => {
    const property = fc.property(token, token, (left, right) => {
      const sign = left.units < right.units ? -1 : left.units > right.units ? 1 : 0;
      expect(Math.sign(compareDecimal(bytes(left.text), 1, left.text.length + 1, decimalBound(right.text))) + 0).toBe(sign);
    });
    fc.assert(property, { seed: 7, numRuns: 5000 });
  });

  it('divides as whole numbers of small units do', () => {
    let multiples = 0;
    const factor = fc.oneof(fc.constant(1n), fc.bigInt({ min: -1000n, max: 1000n }));
    const property = fc.property(token, token, factor, fc.boolean(), (first, second, times, related) => {
      const divisor = findDivisor(second.text);
      expect(divisor === undefined).toBe(second.units <= 0n);
      if (!divisor) return;
      const dividend = related ? { text: `${second.units * times}e-60`, units: second.units * times } : first;
      const expected = dividend.units % second.units === 0n;
      if (expected) multiples++;
      expect(isMultipleOf(bytes(dividend.text), 1, dividend.text.length + 1, divisor, { left: 1e9 })).toBe(expected);
    });
    fc.assert(property, { seed: 8, numRuns: 5000 });
    expect(multiples).toBeGreaterThan(500);
  });
});
