import { timingSafeEqual } from 'node:crypto';
import { digestToken, type SecretKind } from './digest.ts';
import { formatToken, newTokenParts, prefixes, type ParsedToken } from './format.ts';
import type { Peppers } from './peppers.ts';

/** A new credential; `token` goes into one response and nowhere else. */
export interface MintedCredential {
  readonly keyId: string;
  readonly token: string;
  /** The last four characters of the token. */
  readonly last4: string;
  /** 32 bytes. */
  readonly digest: Uint8Array;
  readonly pepperId: number;
}

export interface CredentialMint {
  mint(kind: SecretKind): MintedCredential;
  /** Whether this is the secret a stored digest stands for; without one it costs the same. */
  matches(kind: SecretKind, parts: ParsedToken, stored: { readonly digest: Uint8Array; readonly pepper_id: number } | undefined): boolean;
}

/** Makes credentials under the current pepper. */
export function createMint(options: { peppers: Peppers }): CredentialMint {
  const { peppers } = options;
  return {
    mint(kind) {
      const parts = newTokenParts();
      const token = formatToken(prefixes[kind], parts);
      const digest = digestToken(peppers.get(peppers.currentId), kind, parts);
      return { keyId: parts.keyId, token, last4: token.slice(-4), digest, pepperId: peppers.currentId };
    },
    matches(kind, parts, stored) {
      const digest = digestToken(peppers.get(stored?.pepper_id ?? peppers.currentId), kind, parts);
      return stored !== undefined && timingSafeEqual(digest, stored.digest);
    },
  };
}
