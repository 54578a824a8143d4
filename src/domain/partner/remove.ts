import { deletePartnerSecrets, findPartnerByClientId, listKeysOfPartner, updatePartner } from '../../store/queries/partner.ts';
import { deleteNoticesOf } from '../../store/queries/partner-notice.ts';
import { requireOperator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { deleteCredential } from '../credential/set-state.ts';
import { settleHolds } from '../destination/settle-holds.ts';
import { stopPartner } from './stop.ts';
import { getPartner, partnerSubject } from './find.ts';

/**
 * Removes a partner and deletes its keys on every account; what it made stays. Its row is kept for the names in the audit trail.
 * Throws `access_denied`, `invalid_id`, `not_confirmed`.
 */
export function removePartner(ctx: DomainContext, clientId: string): Promise<void> {
  requireOperator(ctx.actor);
  const subject = `partner:${clientId}`;
  return change(ctx, subject, async (tx, effects) => {
    const gone = await findPartnerByClientId(tx, clientId);
    if (gone !== undefined && gone.removed_at !== null && ctx.changes.isUnconfirmed(subject)) {
      effects.revokes = true;
      await settleHolds(ctx, tx, effects, { partnerId: gone.id });
      return;
    }
    const { id, name } = await getPartner(tx, clientId);
    await updatePartner(tx, id, { removed_at: ctx.now(), sealed_notice_url: null });
    await stopPartner(ctx, tx, effects, id);
    const keys = await listKeysOfPartner(tx, id);
    for (const key of keys) await deleteCredential(ctx, tx, effects, key, { reason: 'partner', compromised: false });
    await deletePartnerSecrets(tx, id);
    await deleteNoticesOf(tx, id);
    const after = { name, keys: keys.length };
    await recordAudit(ctx, tx, { accountId: undefined, verb: 'partner.remove', subject: partnerSubject(id), after });
  });
}
