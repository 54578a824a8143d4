import { requirePerson } from '../actor.ts';
import { change } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getPartnerKeyRow, unknownPartnerKey, type CredentialRow } from '../credential/find.ts';
import { enableCredential } from '../credential/set-state.ts';
import { queueNotice } from '../partner/queue-notice.ts';

/** Lets a disabled partner act again, whatever the plan (access.md, state). Throws `invalid_id`, `access_denied`. */
export async function enablePartnerKey(ctx: DomainContext, id: number): Promise<CredentialRow> {
  requirePerson(ctx.actor);
  return change(ctx, `partner_key:${id}`, async (tx, effects) => {
    const row = await getPartnerKeyRow(tx, ctx.actor, id);
    if (row.state === 'deleted') throw unknownPartnerKey(id);
    if (row.state === 'enabled') return row;
    const enabled = await enableCredential(ctx, tx, effects, row);
    await queueNotice(ctx, tx, enabled);
    return enabled;
  });
}
