import { describe, expect, it } from 'vitest';
import { failuresOf } from '../../../tests/support/check-schema.ts';

const problemOf = (format: string, text: string): string | undefined =>
  failuresOf(`{"properties":{"f":{"type":"string","format":"${format}"}}}`, JSON.stringify({ f: text }))?.join('\n');

const forms = "Expected [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,9}Z]";

describe('date-times (import-api.md §6.3)', () => {
  it.each([
    '2024-01-02T03:04:05Z',
    '2024-01-02T03:04:05.1Z',
    '2024-01-02T03:04:05.123456789Z',
    '2024-01-02T03:04:05+01:00',
    '2020-01-13T21:25:03+0000',
  ])('accepts %s', (text) => expect(problemOf('date-time', text)).toBeUndefined());

  it.each([
    '2024-01-02T03:04:05',
    '2018-08-30T19:48:57.974000',
    '2024-01-02 03:04:05',
    '2024-01-02',
    '0000-00-00 00:00:00',
    '0000-00-00T00:00:00Z',
  ])('refuses %s', (text) => expect(problemOf('date-time', text)).toBe(`#/f: [${text}] is not a valid date-time. ${forms}`));

  it('reads escapes', () => {
    expect(failuresOf('{"format":"date-time"}', '"2024\\u002d01-02T03:04:05Z"')).toBeUndefined();
  });
});

describe('the other enforced formats (import-api.md §6.2)', () => {
  it.each([
    ['uri', 'http://example.com/a?b=c#d'],
    ['uri', 'mailto:ann@example.com'],
    ['uri', '//example.com/path'],
    ['uri', 'http://[::1]:80/ä%20b'],
    ['email', 'ann.smith+tag@mail.example.com'],
    ['email', '"ann smith"@example.com'],
    ['email', 'ann@[192.0.2.1]'],
    ['ipv4', '192.0.2.1'],
    ['ipv6', '2001:db8::ff00:42:8329'],
    ['ipv6', '::ffff:192.0.2.1'],
    ['hostname', 'example.com'],
    ['hostname', 'a_b-c.example.com.'],
    ['hostname', 'localhost'],
  ])('%s accepts %s', (format, text) => expect(problemOf(format, text)).toBeUndefined());

  it.each([
    ['uri', 'example.com', 'is not a valid URI'],
    ['uri', 'http://', 'is not a valid URI'],
    ['uri', 'http:', 'is not a valid URI'],
    ['uri', 'http://example.com/a b', 'is not a valid URI'],
    ['uri', 'http://example.com/%zz', 'is not a valid URI'],
    ['uri', 'http://example.com/#a#b', 'is not a valid URI'],
    ['uri', '', 'is not a valid URI'],
    ['email', 'ann', 'is not a valid email address'],
    ['email', 'ann@', 'is not a valid email address'],
    ['email', '@example.com', 'is not a valid email address'],
    ['email', 'a b@example.com', 'is not a valid email address'],
    ['email', 'ann@host', 'is not a valid email address'],
    ['email', 'ann..smith@example.com', 'is not a valid email address'],
    ['ipv4', '192.0.2.256', 'is not a valid ipv4 address'],
    ['ipv4', '192.0.2.01', 'is not a valid ipv4 address'],
    ['ipv4', '192.0.2', 'is not a valid ipv4 address'],
    ['ipv6', '12345::', 'is not a valid ipv6 address'],
    ['ipv6', 'fe80::1%eth0', 'is not a valid ipv6 address'],
    ['hostname', '-a.com', 'is not a valid hostname'],
    ['hostname', 'a..com', 'is not a valid hostname'],
    ['hostname', `${'a'.repeat(64)}.com`, 'is not a valid hostname'],
    ['hostname', '192.0.2.1', 'is not a valid hostname'],
  ])('%s refuses %j', (format, text, problem) => expect(problemOf(format, text)).toBe(`#/f: [${text}] ${problem}`));

  it('take long texts in their stride', () => {
    const long = 'a'.repeat(1_000_000);
    expect(problemOf('uri', `data:${long}`)).toBeUndefined();
    for (const format of ['email', 'hostname', 'ipv4', 'ipv6', 'date-time', 'uri'])
      expect(problemOf(format, `${long}@`)).toMatch(/^#\/f: \[aaa/);
  });
});
