/** One-time codes of an authenticator (RFC 6238): SHA-1, six digits, 30 seconds, one step of tolerance either way. */
import { Secret, TOTP } from 'otpauth';

const stepMs = 30_000;
const toleratedSteps = 1;

/** A new secret in base32, 160 bits. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** The `otpauth:` address authenticators read from a QR code. */
export function totpUri(secret: string, email: string): string {
  return totp(secret, email).toString();
}

/** The time step a code belongs to; undefined when it is wrong, or of a step not after `lastStep`: none is taken twice. */
export function findTotpStep(secret: string, code: string, now: number, lastStep: number | null): number | undefined {
  const token = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return undefined;
  const delta = totp(secret, '').validate({ token, timestamp: now, window: toleratedSteps });
  if (delta === null) return undefined;
  const step = Math.floor(now / stepMs) + delta;
  return lastStep !== null && step <= lastStep ? undefined : step;
}

function totp(secret: string, label: string): TOTP {
  return new TOTP({ issuer: 'Thimble', label, secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: stepMs / 1000 });
}
