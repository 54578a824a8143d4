import type { SealedPlace } from '../../access/seal.ts';

/** What the sealed text of a message belongs to. */
export function mailPlace(recipient: string, createdAt: number): SealedPlace {
  return { kind: 'mail', id: createdAt, property: recipient };
}
