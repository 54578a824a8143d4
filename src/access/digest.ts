import { createHmac } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { ParsedToken } from './format.ts';
import type { CredentialKind } from './principal.ts';

/** What has a secret of that form: the credentials, and a partner's own secret. */
export type SecretKind = CredentialKind | 'partner';

/** Bytes of a stored digest. */
export const digestLength = 32;

/** What is stored in place of a secret: HMAC-SHA-256(pepper, "v1|kind|id|secret") (access.md, at rest). */
export function digestToken(pepper: KeyObject, kind: SecretKind, { keyId, secret }: ParsedToken): Uint8Array {
  return createHmac('sha256', pepper).update(`v1|${kind}|${keyId}|${secret}`).digest();
}
