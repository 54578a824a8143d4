import { deletePartnerSecrets, expirePartnerSecret, listPartnerSecrets } from '../../store/queries/partner.ts';
import { requireOperator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getPartner, partnerSubject, type PartnerRow } from './find.ts';
import { addPartnerSecret } from './secret.ts';

export interface RotatedSecret {
  readonly row: PartnerRow;
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly oldUntil: number;
}

/** Gives a partner a new secret; those it has work for `overlapMs` more, and no longer than they did. Throws `access_denied`, `invalid_id`. */
export function rotatePartnerSecret(ctx: DomainContext, clientId: string, overlapMs: number): Promise<RotatedSecret> {
  requireOperator(ctx.actor);
  return change(ctx, `partner:${clientId}`, async (tx) => {
    const row = await getPartner(tx, clientId);
    const now = ctx.now();
    const oldUntil = now + overlapMs;
    for (const { key_id: keyId, expires_at: end } of await listPartnerSecrets(tx, row.id)) {
      if (end === null || end > oldUntil) await expirePartnerSecret(tx, keyId, oldUntil);
    }
    await deletePartnerSecrets(tx, row.id, now);
    const secret = await addPartnerSecret(ctx, tx, row.id);
    const after = { old_until: oldUntil };
    await recordAudit(ctx, tx, { accountId: undefined, verb: 'partner.rotate_secret', subject: partnerSubject(row.id), after });
    return { row, secret, oldUntil };
  });
}
