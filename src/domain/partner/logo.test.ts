import { expect, it } from 'vitest';
import { logoUrl, parseLogo } from './logo.ts';

const svg = '<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="http://www.w3.org/2000/svg"></svg>\n';

it.each([
  ['image/png', Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1')],
  ['image/jpeg', Buffer.from('\xff\xd8\xff\xe0', 'latin1')],
  ['image/webp', Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1')],
  ['image/svg+xml', Buffer.from(svg)],
])('knows %s by its content', (type, bytes) => {
  const logo = parseLogo(bytes);
  expect(logo.type).toBe(type);
  expect(logoUrl({ logo: logo.bytes, logo_type: logo.type })).toBe(`data:${type};base64,${bytes.toString('base64')}`);
});

it.each([
  ['a page', Buffer.from('<html><svg></svg></html>')],
  ['a page that ends in a picture', Buffer.from('<!-- x --><script></script><svg></svg>')],
  ['a GIF', Buffer.from('GIF89a')],
  ['nothing', Buffer.alloc(0)],
  ['text that is not UTF-8', Buffer.from('<svg>\xff</svg>', 'latin1')],
  ['RIFF that is sound', Buffer.from('RIFF\0\0\0\0WAVE', 'latin1')],
])('refuses %s', (_what, bytes) => {
  expect(() => parseLogo(bytes)).toThrow(/not a PNG/);
});

it('refuses more than 64 KiB', () => {
  const large = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(65_536)]);
  expect(() => parseLogo(large)).toThrow(/64 KiB/);
});
