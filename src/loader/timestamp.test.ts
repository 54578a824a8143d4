import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPlainTimestamp, findTimestamp } from './timestamp.ts';

describe('findTimestamp', () => {
  it('agrees with Date on every moment Date can hold', () => {
    const anyDate = fc.date({ noInvalidDate: true });
    fc.assert(
      fc.property(anyDate, (date) => {
        expect(findTimestamp(date.toISOString())).toBe(BigInt(date.getTime()) * 1000n);
      }),
      { seed: 20240501, numRuns: 2000 },
    );
  });

  it('agrees with Date on every offset', () => {
    const moment = fc.date({ noInvalidDate: true, min: new Date('1000-01-02T00:00:00Z'), max: new Date('9998-12-30T00:00:00Z') });
    const two = (value: number): string => String(value).padStart(2, '0');
    fc.assert(
      fc.property(
        moment,
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.constantFrom('+', '-'),
        (date, hours, minutes, sign) => {
          const local = `${date.toISOString().slice(0, -1)}${sign}${two(hours)}:${two(minutes)}`;
          expect(findTimestamp(local)).toBe(BigInt(new Date(local).getTime()) * 1000n);
        },
      ),
      { seed: 20240502, numRuns: 2000 },
    );
  });

  it.each([
    ['2024-01-02T03:04:05.123456789Z', 1_704_164_645_123_456n],
    ['1969-12-31T23:59:59.9999999Z', -1n],
    ['2024-01-02t03:04:05z', 1_704_164_645_000_000n],
    ['2024-01-02T03:04:05+0100', 1_704_161_045_000_000n],
    ['2016-12-31T23:59:60Z', 1_483_228_800_000_000n],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000_000n],
  ])('reads %s', (text, micros) => {
    expect(findTimestamp(text)).toBe(micros);
  });

  it.each([
    '2024-01-02',
    '2024-01-02T03:04:05',
    '2024-01-02 03:04:05Z',
    '2023-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-01-02T24:00:00Z',
    '2024-01-02T03:04:05+24:00',
    '0000-00-00T00:00:00Z',
    '',
  ])('refuses %s', (text) => {
    expect(findTimestamp(text)).toBeUndefined();
  });
});

describe('findPlainTimestamp', () => {
  const plain = (text: string): number | undefined => {
    const bytes = Buffer.from(`x${text}x`);
    return findPlainTimestamp(bytes, 1, bytes.length - 1);
  };

  it('agrees with findTimestamp or leaves the text to it, also where characters are wrong', () => {
    const moment = fc.date({ noInvalidDate: true, min: new Date('1600-01-01T00:00:00Z'), max: new Date('2300-01-01T00:00:00Z') });
    const fraction = fc.constantFrom('', '.', '.5', '.25', '.123456', '.1234567', '.000001', '5');
    const wrong = fc.option(fc.tuple(fc.nat(27), fc.constantFrom('0', '9', 'x', 'T', '-', '.', ' ', ':')));
    let answered = 0;
    fc.assert(
      fc.property(moment, fraction, wrong, (date, digits, change) => {
        const right = `${date.toISOString().slice(0, 19)}${digits}Z`;
        const text = change === null ? right : `${right.slice(0, change[0])}${change[1]}${right.slice(change[0] + 1)}`;
        const found = plain(text);
        if (found === undefined) return;
        answered += 1;
        expect(BigInt(found)).toBe(findTimestamp(text));
      }),
      { seed: 20240503, numRuns: 5000 },
    );
    expect(answered).toBeGreaterThan(500);
  });

  it('reads what nearly all records hold', () => {
    expect(plain('2024-02-29T23:59:60Z')).toBe(Date.parse('2024-03-01T00:00:00Z') * 1000);
    expect(plain('1969-12-31T23:59:59.999999Z')).toBe(-1);
    expect(plain('2023-02-29T00:00:00Z')).toBeUndefined();
  });
});
