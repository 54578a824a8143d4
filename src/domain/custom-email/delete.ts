import { deleteCustomEmailRow } from '../../store/queries/custom-email.ts';
import { requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getCustomEmail } from './find.ts';

/** Deletes an address. Throws `invalid_id`. */
export async function deleteCustomEmail(ctx: DomainContext, accountId: number, id: number): Promise<void> {
  requireAccount(ctx.actor, accountId);
  const subject = `custom_email:${id}`;
  await change(ctx, subject, async (tx) => {
    const { email } = await getCustomEmail(tx, accountId, id);
    await deleteCustomEmailRow(tx, id);
    await recordAudit(ctx, tx, { accountId, verb: 'custom_email.delete', subject, before: { email } });
  });
}
