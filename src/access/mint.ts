import { digestToken } from './digest.ts';
import { formatToken, newTokenParts, prefixes } from './format.ts';
import type { Peppers } from './peppers.ts';
import type { CredentialKind } from './principal.ts';

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
  /** `partner`: the secret of a partner. */
  mint(kind: CredentialKind | 'partner'): MintedCredential;
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
  };
}
