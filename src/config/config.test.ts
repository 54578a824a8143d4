import { afterEach, describe, expect, it, vi } from 'vitest';
import { findAddress, isInRange } from '../lib/address.ts';
import { ConfigError } from './config-error.ts';
import { readConfig } from './config.ts';

afterEach(() => vi.unstubAllEnvs());

describe('where accounts may lead the server', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.0.0.9', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.5', false],
    ['203.0.113.7', false],
  ])('listening on %s opens private networks by itself: %s', (host, expected) => {
    expect(readConfig({ host }).egress).toEqual({ privateAllowed: expected, allowed: [], denied: [] });
  });

  it.each([
    ['http://localhost:4600', true],
    ['http://127.0.0.1', true],
    ['http://[::1]:4600', true],
    ['https://ingest.example.com', false],
    ['http://10.0.0.5', false],
    ['https://127.example.com', false],
  ])('with the public URL %s opens private networks by itself: %s', (url, expected) => {
    expect(readConfig({ 'public-url': url }).egress.privateAllowed).toBe(expected);
  });

  it('is public networks alone behind a proxy, also when it listens on loopback', () => {
    vi.stubEnv('THIMBLE_TRUSTED_PROXIES', '127.0.0.1');
    expect(readConfig({}).egress.privateAllowed).toBe(false);
    vi.stubEnv('THIMBLE_EGRESS_ALLOW', 'private');
    expect(readConfig({}).egress.privateAllowed).toBe(true);
  });

  it('is what the operator allows', () => {
    vi.stubEnv('THIMBLE_EGRESS_ALLOW', ' 10.1.0.0/16, fd12::/32 ,192.168.7.9,');
    const { privateAllowed, allowed } = readConfig({ host: '0.0.0.0' }).egress;
    expect(privateAllowed).toBe(false);
    const permits = (text: string): boolean => allowed.some((range) => isInRange(findAddress(text) ?? new Uint8Array(), range));
    expect(['10.1.255.1', 'fd12::9', '192.168.7.9', '10.2.0.1', '192.168.7.10'].map(permits)).toEqual([true, true, true, false, false]);
    vi.stubEnv('THIMBLE_EGRESS_ALLOW', 'private');
    expect(readConfig({ host: '0.0.0.0' }).egress).toEqual({ privateAllowed: true, allowed: [], denied: [] });
  });

  it('is not what the operator denies', () => {
    vi.stubEnv('THIMBLE_EGRESS_DENY', '203.0.113.0/24, 10.0.0.5');
    const { denied } = readConfig({}).egress;
    expect(denied?.map(({ base, bits }) => [...base, bits])).toEqual([
      [203, 0, 113, 0, 24],
      [10, 0, 0, 5, 32],
    ]);
    vi.stubEnv('THIMBLE_EGRESS_DENY', 'private');
    expect(() => readConfig({})).toThrow('THIMBLE_EGRESS_DENY must hold addresses or ranges such as 10.1.0.0/16, not "private".');
  });

  it.each(['10.0.0.0/33', 'everything', 'db.internal', '10.0.0'])('is refused as %s at the start', (value) => {
    vi.stubEnv('THIMBLE_EGRESS_ALLOW', value);
    expect(() => readConfig({})).toThrow(ConfigError);
  });
});

describe('a switch', () => {
  it('is off until it is switched on, and nothing in between', () => {
    const name = 'THIMBLE_EPHEMERAL_AS_ACCOUNT_TOKEN';
    expect(readConfig({}).ephemeralAsAccountToken).toBe(false);
    for (const [text, expected] of [
      ['on', true],
      ['off', false],
      ['', false],
    ] as const) {
      vi.stubEnv(name, text);
      expect(readConfig({}).ephemeralAsAccountToken).toBe(expected);
    }
    for (const text of ['true', '1', 'ON']) {
      vi.stubEnv(name, text);
      expect(() => readConfig({})).toThrow(new ConfigError(`${name} must be on or off, not "${text}".`));
    }
  });
});
