import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duckDbSheet } from './sheet.ts';
import { findLogicalType, scaleDecimal, sqlType } from './types.ts';

describe('a decimal', () => {
  it('is scaled exactly whenever it has at most 26 integer and 12 fraction digits, zeros and exponents not counted', () => {
    const scaled = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
    fc.assert(
      fc.property(scaled, fc.nat(40), fc.integer({ min: -40, max: 40 }), (value, zeros, shift) => {
        const digits = `${value < 0n ? -value : value}`.padStart(13, '0');
        const sign = value < 0n ? '-' : '';
        const plain = `${sign}${'0'.repeat(zeros)}${digits.slice(0, -12)}.${digits.slice(-12)}${'0'.repeat(zeros)}`;
        expect(scaleDecimal(plain)).toBe(value);
        expect(scaleDecimal(`${sign}${digits}e${-12}`)).toBe(value);
        expect(scaleDecimal(`${sign}${digits}${'0'.repeat(Math.max(0, shift))}E${-12 - Math.max(0, shift)}`)).toBe(value);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it.each([
    ['99999999999999999999999999.999999999999', undefined],
    ['100000000000000000000000000', 'decimal out of range for DuckDB on 100000000000000000000000000'],
    ['1e26', 'decimal out of range for DuckDB on 1e26'],
    ['1e25', undefined],
    ['0.000000000001', undefined],
    ['0.0000000000001', 'decimal out of range for DuckDB on 0.0000000000001'],
    ['0.10000000000000', undefined],
    ['1e-13', 'decimal out of range for DuckDB on 1e-13'],
    ['1e999999999999', 'decimal out of range for DuckDB on 1e999999999999'],
    ['1e-999999999999', 'decimal out of range for DuckDB on 1e-999999999999'],
    ['0e999999999999', undefined],
    ['-0', undefined],
    ['+5', undefined],
    ['.5', undefined],
    ['5.', undefined],
    ['', 'decimal out of range for DuckDB on '],
    ['.', 'decimal out of range for DuckDB on .'],
    ['1,5', 'decimal out of range for DuckDB on 1,5'],
    ['NaN', 'decimal out of range for DuckDB on NaN'],
  ])('%s is refused with: %s', (text, reason) => {
    expect(duckDbSheet.refuseDecimal(text)).toBe(reason);
  });
});

describe('column types', () => {
  it('are found again by the name DuckDB gives them, and no others are', () => {
    for (const type of ['bigint', 'double', 'number', 'boolean', 'string', 'date'] as const)
      expect(findLogicalType(sqlType(type))).toBe(type);
    expect(sqlType('number')).toBe('DECIMAL(38,12)');
    for (const foreign of ['INTEGER', 'DECIMAL(18,3)', 'TIMESTAMP WITH TIME ZONE', 'VARCHAR[]'])
      expect(findLogicalType(foreign)).toBeUndefined();
  });
});
