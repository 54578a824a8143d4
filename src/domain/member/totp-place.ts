import type { SealedPlace } from '../../access/seal.ts';

/** What the sealed secret of an authenticator belongs to. */
export function totpPlace(memberId: number): SealedPlace {
  return { kind: 'member', id: memberId, property: 'totp' };
}
