/** What is sent to every route to see it refused. */
import { gzipSync } from 'node:zlib';

const deep = (levels: number, open: string, end: string): string => `{"properties":${open.repeat(levels)}1${end.repeat(levels)}}`;

/** Bytes that are no JSON, or none this server reads. */
export const unreadable: readonly (readonly [string, string | Uint8Array, string?])[] = [
  ['half an object', '{'],
  ['text', 'x'],
  ['a lone quote', '"'],
  ['NaN', 'NaN'],
  ['two values', '{}{}'],
  ['a comment', '{/**/}'],
  ['a trailing comma', '{"a":1,}'],
  ['single quotes', "{'a':1}"],
  ['an HTML form', 'a=1&b=2'],
  ['garbage', Uint8Array.from({ length: 300 }, (_none, index) => (index * 151 + 7) % 256)],
  ['NULs', new Uint8Array(64)],
  ['invalid UTF-8', Buffer.from('7b2261223a22ff22', 'hex')],
  ['an overlong encoding', Buffer.from('7b2261223a22c0af227d', 'hex')],
  ['a surrogate in UTF-8', Buffer.from('7b2261223a22eda080227d', 'hex')],
  ['UTF-16', Buffer.from('\u{feff}{}', 'utf16le')],
  ['gzip that is none', Buffer.from('nothing of the kind'), 'Content-Encoding: gzip'],
  ['gzip that ends early', gzipSync('{"a":1}').subarray(0, 12), 'Content-Encoding: gzip'],
  ['an unknown encoding', '{}', 'Content-Encoding: snappy'],
  ['10,000 levels that do not end', '['.repeat(10_000)],
  ['a number without end', `{"a":${'9'.repeat(100_000)}`],
];

/** JSON that fits no body. */
export const misfits: readonly string[] = [
  'null',
  '"x"',
  '""',
  '1',
  '-0',
  'true',
  '[]',
  '[[]]',
  '[null]',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"__proto__":null}',
  deep(10_000, '[', ']'),
  deep(10_000, '{"a":', '}'),
  deep(200_000, '[', ']'),
  deep(90_000, '{"__proto__":', '}'),
  '['.repeat(10_000) + ']'.repeat(10_000),
];

export const badPaths: readonly string[] = [
  '%zz',
  '%',
  '%1',
  '%00',
  '%C0%AF',
  '%ff',
  '%2e%2e%2f',
  '..',
  'constructor',
  '__proto__',
  '1%20',
  '-1',
  '1.5',
  '1e3',
  '0x10',
  'null',
  "1'--",
  'x'.repeat(6000),
];

export const strangeIds: readonly string[] = ['0', '00', '999999999', '9007199254740993', '9223372036854775808', '1'.repeat(400)];

export const badQueries: readonly string[] = [
  '?%zz',
  '?a=%zz',
  '?%00=%00',
  '?a=%ff%fe',
  '?__proto__=1',
  '?__proto__[a]=1',
  '?constructor=1',
  '?page[]=1',
  '?page=1&page=2',
  '?page=',
  '?page=0',
  '?page=-1',
  '?page=1e3',
  '?page=99999999999999999999',
  '?limit=%00',
  '?before=x',
  '?&&&=&',
  '??',
  `?a=${'x'.repeat(9000)}`,
];

export const otherVerbs: readonly string[] = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND'];

/** Text no schema refuses. */
export const strangeTexts: readonly string[] = [
  'a\0b',
  '\ud800',
  '\ufeff\u202e\u0007',
  "'; drop table account; --",
  '../../etc/passwd',
  '{{7*7}}',
  '😀'.repeat(60),
];
