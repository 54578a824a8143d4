import { requirePerson } from '../actor.ts';
import { change } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getPartnerKeyRow, unknownPartnerKey, type CredentialRow } from '../credential/find.ts';
import { disableCredential, settleKeyHolds } from '../credential/set-state.ts';
import { queueNotice } from '../partner/queue-notice.ts';

/** Stops a partner; when this returns nothing takes effect with its key any more. Throws `invalid_id`, `access_denied`, `not_confirmed`. */
export async function disablePartnerKey(ctx: DomainContext, id: number): Promise<CredentialRow> {
  requirePerson(ctx.actor);
  return change(ctx, `partner_key:${id}`, async (tx, effects) => {
    const row = await getPartnerKeyRow(tx, ctx.actor, id);
    if (row.state === 'deleted') throw unknownPartnerKey(id);
    effects.revokes = true;
    if (row.state === 'disabled') {
      // Asked again, it waits again for loads under way.
      await settleKeyHolds(ctx, tx, effects, row);
      return row;
    }
    const disabled = await disableCredential(ctx, tx, effects, row, 'member');
    await queueNotice(ctx, tx, disabled);
    return disabled;
  });
}
