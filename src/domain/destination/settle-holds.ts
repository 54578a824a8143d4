import type { Transaction } from 'kysely';
import { clearAlerts, insertAlert, rewordAlert } from '../../store/queries/alert.ts';
import { type DestinationRow, listPartnerDestinations } from '../../store/queries/destination.ts';
import type { Tables } from '../../store/tables.ts';
import { recordAudit } from '../change.ts';
import type { Effects } from '../changes.ts';
import type { DomainContext } from '../context.ts';
import { beginCheck } from './begin-check.ts';
import { describeHold, findHold, holdSubject } from './hold.ts';
import { isConfigured, viewDestination } from './view.ts';

/**
 * Holds or releases what partners created, after a key or a partner changed in this transaction: the loader is told before the caller is
 * answered, and a caller who takes rights away is answered once no load under way can commit any more.
 */
export async function settleHolds(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  effects: Effects,
  of: { partnerId?: number; accountId?: number; destinationId?: number },
): Promise<void> {
  for (const row of await listPartnerDestinations(tx, of)) await settleHold(ctx, tx, effects, row);
}

async function settleHold(ctx: DomainContext, tx: Transaction<Tables>, effects: Effects, row: DestinationRow): Promise<void> {
  const { id, account_id: accountId } = row;
  const now = ctx.now();
  const hold = await findHold(tx, row, now);
  effects.destinations.push(id);
  const [alert, subject] = [holdSubject(id), `destination:${id}`];
  if (hold !== undefined) {
    effects.revokes = true;
    const message = describeHold(hold);
    const raised = { account_id: accountId, kind: 'destination_held', subject: alert, message, raised_at: now } as const;
    if (await insertAlert(tx, raised)) await recordAudit(ctx, tx, { accountId, verb: 'destination.hold', subject, after: hold });
    else await rewordAlert(tx, alert, message);
    return;
  }
  if ((await clearAlerts(tx, [alert], now)).length === 0) return;
  await recordAudit(ctx, tx, { accountId, verb: 'destination.release', subject });
  // What was checked while it was held says nothing about it.
  if (isConfigured(await viewDestination(tx, row, now))) await beginCheck(tx, { id, accountId, now });
}
