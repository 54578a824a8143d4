import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecimal, numericBytes, readDecimal, writeNumeric } from './numeric.ts';
import { postgresSheet } from './sheet.ts';

/** The value of numeric's binary form: unscaled digits and the power of ten of the last one. */
function readBack(bytes: DataView): { value: bigint; exponent: number; scale: number } {
  const groups = bytes.getInt16(0);
  let value = 0n;
  for (let group = 0; group < groups; group += 1) {
    const digits = bytes.getInt16(8 + 2 * group);
    if (digits < 0 || digits > 9999) throw new RangeError(`${digits} is no digit to the base 10,000.`);
    value = value * 10_000n + BigInt(digits);
  }
  const exponent = groups === 0 ? 0 : 4 * (bytes.getInt16(2) - groups + 1);
  return { value: bytes.getUint16(4) === 0x4000 ? -value : value, exponent, scale: bytes.getUint16(6) };
}

function encode(text: string): DataView {
  const bytes = Buffer.from(`..${text}..`);
  const decimal = createDecimal();
  if (!readDecimal(bytes, 2, bytes.length - 2, decimal)) throw new RangeError(`${text} is refused.`);
  const target = new DataView(new ArrayBuffer(numericBytes(decimal)));
  expect(writeNumeric(bytes, decimal, target, 0)).toBe(target.byteLength);
  return target;
}

describe('a decimal', () => {
  it('keeps its value and its digits after the point in binary form', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '1', '2', '5', '9'), maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom('', '-', '+'), digits, digits, fc.integer({ min: -40, max: 40 }), (sign, whole, fraction, exponent) => {
        fc.pre(whole.length + fraction.length > 0);
        const { value, exponent: stored, scale } = readBack(encode(`${sign}${whole}.${fraction}e${exponent}`));
        const unscaled = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
        // Both on the scale of the smaller exponent.
        const wanted = exponent - fraction.length;
        const least = Math.min(stored, wanted);
        expect(value * 10n ** BigInt(stored - least)).toBe(unscaled * 10n ** BigInt(wanted - least));
        expect(scale).toBe(Math.max(0, -wanted));
      }),
      { seed: 3, numRuns: 1000 },
    );
  });

  it.each([
    [`1${'0'.repeat(131_071)}`, true],
    [`1${'0'.repeat(131_072)}`, false],
    ['9e131071', true],
    ['1e131072', false],
    [`0.${'0'.repeat(16_382)}1`, true],
    [`0.${'0'.repeat(16_383)}1`, false],
    ['1e-16383', true],
    ['1e-16384', false],
    [`0.1${'0'.repeat(20_000)}`, true],
    ['0e999999999999', true],
    ['-0.0', true],
    ['.5', true],
    ['5.', true],
    ['', false],
    ['.', false],
    ['-', false],
    ['1e', false],
    ['1e+', false],
    ['1,5', false],
    ['1.2.3', false],
    ['NaN', false],
    ['1e999999999999999999999', false],
  ])('%.20s… fits: %s', (text, fits) => {
    expect(postgresSheet.refuseDecimal(text) === undefined).toBe(fits);
  });
});
