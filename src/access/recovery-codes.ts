import { createHash, randomBytes } from 'node:crypto';

/** Codes for somebody whose authenticator is lost. */
const recoveryCodeCount = 10;

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

/** New codes such as `k7pw-x2mf-9hqd-e4tn`: 80 random bits each, so that a plain digest keeps them. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: recoveryCodeCount }, () => {
    // 32 letters: five bits of each byte are uniform.
    const letters = Array.from(randomBytes(16), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
    return letters.replaceAll(/(.{4})(?=.)/g, '$1-');
  });
}

/** What is kept of a code, however it is typed. */
export function digestRecoveryCode(code: string): Uint8Array {
  return createHash('sha256')
    .update(code.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
    .digest();
}
