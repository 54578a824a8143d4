import { Secret } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { digestRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';
import { findTotpStep, newTotpSecret } from './totp.ts';

/** RFC 6238 appendix B, cut to six digits. */
const secret = Secret.fromUTF8('12345678901234567890').base32;

describe('a one-time code', () => {
  it.each([
    [59_000, '287082'],
    [1_111_111_109_000, '081804'],
    [20_000_000_000_000, '353130'],
  ])('at %i is the one of the standard', (now, code) => {
    expect(findTotpStep(secret, code, now, null)).toBe(Math.floor(now / 30_000));
  });

  it('is accepted one step early or late, once, and not later', () => {
    const now = 1_111_111_109_000;
    const step = Math.floor(now / 30_000);
    expect(findTotpStep(secret, '081804', now + 30_000, null)).toBe(step);
    expect(findTotpStep(secret, '081804', now - 30_000, null)).toBe(step);
    expect(findTotpStep(secret, '081804', now + 90_000, null)).toBeUndefined();
    expect(findTotpStep(secret, '081804', now, step)).toBeUndefined();
    expect(findTotpStep(secret, '081 804', now, step - 1)).toBe(step);
    expect(findTotpStep(secret, '081805', now, null)).toBeUndefined();
  });

  it('belongs to a secret of 160 bits', () => {
    expect(Secret.fromBase32(newTotpSecret()).bytes).toHaveLength(20);
  });
});

describe('recovery codes', () => {
  it('are ten different ones, and known however they are typed', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^(?:[a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    const [code = ''] = codes;
    expect(digestRecoveryCode(` ${code.toUpperCase().replaceAll('-', ' ')}`)).toEqual(digestRecoveryCode(code));
  });
});
