import { describe, expect, it } from 'vitest';
import { isDateTime, microsecondsOf } from './date-time.ts';

const check = (text: string): boolean => isDateTime(Buffer.from(`[${text}]`), 1, Buffer.byteLength(text) + 1);

describe('date-times (import-api.md §6.3)', () => {
  it.each([
    '2024-01-02T03:04:05Z',
    '2024-01-02T03:04:05.1Z',
    '2024-01-02T03:04:05.123456789Z',
    '2024-01-02T03:04:05+01:00',
    '2020-01-13T21:25:03+0000',
    '2024-02-29T00:00:00Z',
    '2000-02-29T23:59:59.5-23:59',
    '0001-01-01T00:00:00Z',
  ])('accepts %s', (text) => expect(check(text)).toBe(true));

  it.each([
    '2024-01-02T03:04:05',
    '2018-08-30T19:48:57.974000',
    '2024-01-02 03:04:05Z',
    '2024-01-02',
    '0000-00-00T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-01-02T24:00:00Z',
    '2024-01-02T03:60:00Z',
    '2024-01-02T03:04:60Z',
    '2024-01-02T03:04:05.Z',
    '2024-01-02T03:04:05.1234567890Z',
    '2024-01-02t03:04:05z',
    '2024-01-02T03:04:05+24:00',
    '2024-01-02T03:04:05+1:00',
    '2024-01-02T03:04:05Zx',
    '2024-01-02T03:04:05+01',
    '२०२४-01-02T03:04:05Z',
    '',
  ])('refuses %j', (text) => expect(check(text)).toBe(false));

  it('counts microseconds, with any offset, and drops what is finer', () => {
    expect(microsecondsOf('1970-01-01T03:45:23.000001Z')).toBe(13_523_000_001n);
    expect(microsecondsOf('1970-01-01T01:00:00.1234567+01:00')).toBe(123_456n);
    expect(microsecondsOf('1969-12-31T23:59:59.9-0000')).toBe(-100_000n);
    expect(microsecondsOf('0001-01-01T00:00:00Z')).toBe(-62_135_596_800_000_000n);
  });
});
