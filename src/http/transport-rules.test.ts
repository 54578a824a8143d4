import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createTransportRules } from './transport-rules.ts';

function refusalOf(options: {
  host?: string | string[];
  url?: string;
  peer?: string;
  proto?: string;
  proxies?: string[];
}): number | undefined {
  const rules = createTransportRules({ hosts: ['ingest.example.com'], trustedProxies: options.proxies ?? [] });
  const raw = {
    url: options.url ?? '/v4/sources',
    headers: { 'x-forwarded-proto': options.proto },
    rawHeaders: options.host === undefined ? [] : [options.host].flat().flatMap((host) => ['Host', host]),
    socket: { remoteAddress: options.peer ?? '127.0.0.1' },
  } as unknown as IncomingMessage;
  return rules(raw)?.status;
}

describe('transport rules', () => {
  it.each([
    'ingest.example.com',
    'INGEST.example.com',
    'ingest.example.com:443',
    'ingest.example.com:80',
    'localhost',
    'LocalHost:4600',
    '127.0.0.1:1',
    '127.9.9.9',
    '[::1]:4600',
  ])('answers for the host %s', (host) => {
    expect(refusalOf({ host })).toBeUndefined();
  });

  it.each([
    'example.com',
    'ingest.example.com.evil.net',
    'evil-ingest.example.com',
    'localhost.evil.net',
    '127.0.0.1.evil.net',
    '10.0.0.1',
    'ingest.example.com:8080',
  ])('refuses the foreign host %s with 421', (host) => {
    expect(refusalOf({ host })).toBe(421);
  });

  it.each([undefined, '', 'a b', 'evil.net/ingest.example.com', 'user@ingest.example.com', 'ingest.example.com:port'])(
    'refuses the broken host %j with 400',
    (host) => {
      expect(host === undefined ? refusalOf({}) : refusalOf({ host })).toBe(400);
    },
  );

  const host = 'ingest.example.com';
  it('refuses two Host headers, whichever of them is ours', () => {
    expect(refusalOf({ host: [host, 'evil.net'] })).toBe(400);
    expect(refusalOf({ host: ['evil.net', host] })).toBe(400);
    expect(refusalOf({ host: [host, host] })).toBe(400);
  });

  it('goes by the host of an absolute request target', () => {
    expect(refusalOf({ host, url: 'http://evil.net/v4/sources' })).toBe(421);
    expect(refusalOf({ host, url: 'HTTP://user@ingest.example.com/v4/sources' })).toBe(400);
    expect(refusalOf({ host: 'evil.net', url: 'https://ingest.example.com/v4/sources' })).toBeUndefined();
    expect(refusalOf({ url: 'https://ingest.example.com/v4/sources' })).toBe(400);
    expect(refusalOf({ host, url: '/v4/sources?next=http://evil.net/' })).toBeUndefined();
  });

  it('answers plain HTTP to loopback peers only', () => {
    expect(refusalOf({ host, peer: '127.0.0.1' })).toBeUndefined();
    expect(refusalOf({ host, peer: '::ffff:127.0.0.1' })).toBeUndefined();
    expect(refusalOf({ host, peer: '::1' })).toBeUndefined();
    expect(refusalOf({ host, peer: '192.0.2.7' })).toBe(403);
    expect(refusalOf({ host, peer: '::ffff:192.0.2.7' })).toBe(403);
  });

  it('does not believe X-Forwarded-Proto from anybody', () => {
    expect(refusalOf({ host, peer: '192.0.2.7', proto: 'https' })).toBe(403);
    expect(refusalOf({ host, peer: '192.0.2.7', proto: 'https', proxies: ['192.0.2.8'] })).toBe(403);
  });

  it('answers behind a trusted proxy only what came to it over HTTPS', () => {
    const proxies = ['192.0.2.7', '2001:db8::7'];
    expect(refusalOf({ host, peer: '192.0.2.7', proto: 'https', proxies })).toBeUndefined();
    expect(refusalOf({ host, peer: '::ffff:192.0.2.7', proto: 'HTTPS', proxies })).toBeUndefined();
    expect(refusalOf({ host, peer: '2001:db8:0:0::7', proto: 'https', proxies })).toBeUndefined();
    expect(refusalOf({ host, peer: '192.0.2.7', proto: 'http', proxies })).toBe(403);
    expect(refusalOf({ host, peer: '192.0.2.7', proxies })).toBe(403);
    // The client may have written the first entry itself.
    expect(refusalOf({ host, peer: '192.0.2.7', proto: 'https, http', proxies })).toBe(403);
  });

  it('holds a trusted proxy on loopback to the same rule, and still answers local tools', () => {
    const proxies = ['127.0.0.1'];
    expect(refusalOf({ host, proto: 'http', proxies })).toBe(403);
    expect(refusalOf({ host, proto: 'https', proxies })).toBeUndefined();
    expect(refusalOf({ host, proxies })).toBeUndefined();
  });
});
