import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestToken } from './digest.ts';
import { createMint } from './mint.ts';
import { parseToken } from './format.ts';
import { testPeppers } from '../../tests/support/registry-changes.ts';

const pepper = createSecretKey(Buffer.alloc(32, 7));
const parts = { keyId: '0123456789AB', secret: 'abcdefghijklmnopqrstuvwxyz012345' };

describe('the digest', () => {
  it('is HMAC-SHA-256 of version, kind, id and secret', () => {
    // Computed with Python's hmac.
    expect(Buffer.from(digestToken(pepper, 'import_token', parts)).toString('hex')).toBe(
      '5de58cbca0cacfb9a9f148e0361f6418f9b78c45489c119b8809d87f20aae744',
    );
  });

  it('differs by kind, id, secret and pepper', () => {
    const digests = [
      digestToken(pepper, 'import_token', parts),
      digestToken(pepper, 'api_key', parts),
      digestToken(pepper, 'import_token', { ...parts, keyId: 'BA9876543210' }),
      digestToken(pepper, 'import_token', { ...parts, secret: '543210zyxwvutsrqponmlkjihgfedcba' }),
      digestToken(createSecretKey(Buffer.alloc(32, 8)), 'import_token', parts),
    ].map((digest) => Buffer.from(digest).toString('hex'));
    expect(new Set(digests).size).toBe(5);
  });
});

describe('the mint', () => {
  it('gives each kind its prefix, the last four characters and the digest under the current pepper', () => {
    const peppers = testPeppers(3);
    const mint = createMint({ peppers });
    for (const [kind, prefix] of [
      ['api_key', 'ac_'],
      ['partner_key', 'ac_'],
      ['import_token', 'at_'],
      ['webhook_url', 'wh_'],
    ] as const) {
      const { token, keyId, last4, digest, pepperId } = mint.mint(kind);
      const parsed = parseToken(token) ?? { keyId: '', secret: '' };
      expect(token.slice(0, 3)).toBe(prefix);
      expect(last4).toBe(token.slice(49));
      expect({ keyId, pepperId }).toEqual({ keyId: parsed.keyId, pepperId: 3 });
      expect(Buffer.from(digest)).toEqual(Buffer.from(digestToken(peppers.get(3), kind, parsed)));
    }
  });

  it('knows no pepper beyond the current one', () => {
    expect(() => testPeppers(3).get(4)).toThrow('Pepper 4 is unknown');
    expect(() => testPeppers(3).get(0)).toThrow('Pepper 0 is unknown');
  });
});
