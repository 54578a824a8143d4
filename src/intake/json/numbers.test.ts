import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalDecimal, readDouble, readInt64 } from './numbers.ts';

function int64(text: string): bigint | undefined {
  const bytes = Buffer.from(`x${text}y`);
  const halves = { low: 0, high: 0 };
  return readInt64(bytes, 1, bytes.length - 1, halves) ? (BigInt(halves.high) << 32n) | BigInt(halves.low >>> 0) : undefined;
}

function double(text: string): number | undefined {
  const bytes = Buffer.from(`x${text}y`);
  return readDouble(bytes, 1, bytes.length - 1);
}

describe('integer tokens', () => {
  it.each([
    '0',
    '-0',
    '9007199254740993',
    '-4294967296',
    '4294967295',
    '9223372036854775807',
    '-9223372036854775808',
    '1795253001779869401',
  ])('reads %s exactly', (text) => expect(int64(text)).toBe(BigInt(text)));

  it.each(['9223372036854775808', '-9223372036854775809', '18446744073709551616', '99999999999999999999', '9999999999999999999'])(
    'says that %s is outside 64 bits',
    (text) => expect(int64(text)).toBeUndefined(),
  );

  it('agrees with BigInt on every integer', () => {
    const around = fc
      .tuple(fc.bigInt({ min: 0n, max: 66n }), fc.bigInt({ min: -3n, max: 3n }), fc.boolean())
      .map(([power, off, minus]) => (minus ? -1n : 1n) * (2n ** power + off));
    fc.assert(
      fc.property(fc.oneof(around, fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n })), (value) => {
        expect(int64(String(value))).toBe(BigInt.asIntN(64, value) === value ? value : undefined);
      }),
      { seed: 3, numRuns: 3000 },
    );
  });
});

describe('fraction tokens', () => {
  it.each([
    ['15.0', 15],
    ['-0.0', -0],
    ['1E+2', 100],
    ['0.1', 0.1],
    ['0e99999999999', 0],
    ['5e-324', 5e-324],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['0.30000000000000004', 0.300_000_000_000_000_04],
    ['100000000000000000000000.0', 1e23],
  ])('reads %s as the double it stands for', (text, value) => {
    expect(double(text)).toBe(value);
  });

  it.each([
    '0.1234567890123456789',
    '1e400',
    '-1e400',
    '1e-400',
    '9007199254740993.0',
    '3.141592653589793238',
    `1e${'9'.repeat(5000)}`,
    `1e-${'9'.repeat(5000)}`,
  ])('says that a double does not reproduce %s', (text) => expect(double(text)).toBeUndefined());

  it('agrees with Number on every double it accepts, and accepts every double that JavaScript prints', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = Object.is(value, -0) ? '-0.0' : String(value);
        expect(double(text)).toBe(value);
        const longer = value.toPrecision(21);
        expect([undefined, Number(longer)]).toContain(double(longer));
        if (value !== 0 && double(longer) !== undefined) expect(canonicalDecimal(longer)).toBe(canonicalDecimal(text));
      }),
      { seed: 4, numRuns: 3000 },
    );
  });

  it('reads megabytes of digits in linear time', () => {
    const started = performance.now();
    expect(double(`0.${'1'.repeat(2_000_000)}`)).toBeUndefined();
    expect(double(`1e-${'0'.repeat(2_000_000)}1`)).toBe(0.1);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
