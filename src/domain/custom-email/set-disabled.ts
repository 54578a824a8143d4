import { updateCustomEmail, type CustomEmailRow } from '../../store/queries/custom-email.ts';
import { requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getCustomEmail } from './find.ts';

/** Disables an address at once, whatever time is given, or with null enables it (connect-api.md §10.2). Throws `invalid_id`. */
export function setCustomEmailDisabled(
  ctx: DomainContext,
  accountId: number,
  id: number,
  disabledAt: number | null,
): Promise<CustomEmailRow> {
  requireAccount(ctx.actor, accountId);
  const subject = `custom_email:${id}`;
  return change(ctx, subject, async (tx) => {
    const row = await getCustomEmail(tx, accountId, id);
    await updateCustomEmail(tx, id, disabledAt);
    const verb = disabledAt === null ? 'custom_email.enable' : 'custom_email.disable';
    await recordAudit(ctx, tx, {
      accountId,
      verb,
      subject,
      before: { disabled_at: row.disabled_at },
      after: { disabled_at: disabledAt },
    });
    return { ...row, disabled_at: disabledAt };
  });
}
