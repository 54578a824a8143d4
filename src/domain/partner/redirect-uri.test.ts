import { expect, it } from 'vitest';
import { parseRedirectUris } from './redirect-uri.ts';

it('keeps addresses as they were given, each once, in their order', () => {
  const uris = [
    'https://app.example.com/callback?tenant=7',
    'HTTPS://App.Example.com:443/a/../b',
    'http://127.0.0.1:8123/cb',
    'http://localhost/cb',
    'http://[::1]:1/',
  ];
  expect(parseRedirectUris([...uris, 'http://localhost/cb'])).toEqual(uris);
});

it.each([
  ['/callback', /absolute/],
  ['example.com/callback', /absolute/],
  ['https:example.com', /absolute/],
  ['javascript:alert(1)', /absolute/],
  ['com.example.app://cb', /absolute/],
  ['http://example.com/cb', /https/],
  ['http://127.0.0.2/cb', /https/],
  ['http://localhost.example.com/cb', /https/],
  ['https://example.com/cb#part', /fragment/],
  ['https://example.com/cb#', /fragment/],
  ['https://user@example.com/', /user/],
  ['https://example.com\\@evil.example/', /percent-encoded/],
  ['https://example.com/a b', /percent-encoded/],
  ['https://example.com/\n', /percent-encoded/],
  ['https://exämple.com/', /percent-encoded/],
  ['https://example.com/?state=1', /parameter state/],
  ['https://example.com/?c%6Fde=1', /parameter code/],
  [`https://example.com/${'a'.repeat(2000)}`, /2,000/],
])('refuses %s', (uri, reason) => {
  expect(() => parseRedirectUris([uri])).toThrow(reason);
});

it('asks for one at least and takes twenty at most', () => {
  expect(() => parseRedirectUris([])).toThrow(/at least one/);
  expect(() => parseRedirectUris(Array.from({ length: 21 }, (_, n) => `https://example.com/${n}`))).toThrow(/at most 20/);
});
