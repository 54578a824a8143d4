import { requirePerson } from '../actor.ts';
import { change } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getPartnerKeyRow, unknownPartnerKey } from '../credential/find.ts';
import { deleteCredential, settleKeyHolds } from '../credential/set-state.ts';
import { queueNotice } from '../partner/queue-notice.ts';

/**
 * Deletes a partner key for good: only the partner's application brings access back, as a new row (access.md, state).
 * Throws `invalid_id`, `access_denied`, `not_confirmed`.
 */
export async function deletePartnerKey(ctx: DomainContext, id: number, options: { compromised: boolean }): Promise<void> {
  requirePerson(ctx.actor);
  const subject = `partner_key:${id}`;
  await change(ctx, subject, async (tx, effects) => {
    const row = await getPartnerKeyRow(tx, ctx.actor, id);
    if (row.state !== 'deleted') {
      await queueNotice(ctx, tx, await deleteCredential(ctx, tx, effects, row, { reason: 'member', compromised: options.compromised }));
      return;
    }
    if (!ctx.changes.isUnconfirmed(subject)) throw unknownPartnerKey(id);
    effects.revokes = true;
    await settleKeyHolds(ctx, tx, effects, row);
  });
}
