import { createHash, randomBytes } from 'node:crypto';

/** A secret for a cookie or a link, and what is kept in its place. */
export interface MintedSecret {
  /** 256 bits in base64url; goes into one reply or mail and nowhere else. */
  readonly secret: string;
  readonly digest: Uint8Array;
}

/** Draws a secret of 256 bits. */
export function mintSecret(): MintedSecret {
  const secret = randomBytes(32).toString('base64url');
  return { secret, digest: digestSecret(secret) };
}

/** SHA-256: enough for 256 random bits (access.md, at rest). */
export function digestSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}
