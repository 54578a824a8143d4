import { AppError } from '../../../contract/errors.ts';
import { dismissAlertRow } from '../../store/queries/alert.ts';
import { requireAccount, requirePerson } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';

/** Dismisses a notification for the whole account; it comes back only when what it tells of ends and begins anew. Throws `invalid_id`. */
export async function dismissNotification(ctx: DomainContext, accountId: number, id: number): Promise<void> {
  requirePerson(ctx.actor);
  requireAccount(ctx.actor, accountId);
  const subject = `alert:${id}`;
  await change(ctx, subject, async (tx) => {
    const alert = await dismissAlertRow(tx, { id, accountId, dismissedAt: ctx.now() });
    if (alert === undefined) throw new AppError('invalid_id', `Notification not found (${id}).`);
    await recordAudit(ctx, tx, { accountId, verb: 'alert.dismiss', subject, after: { kind: alert.kind, about: alert.subject } });
  });
}
