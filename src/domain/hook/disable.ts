import type { Transaction } from 'kysely';
import { clearAlerts } from '../../store/queries/alert.ts';
import { deleteDeliveriesOf } from '../../store/queries/hook-delivery.ts';
import { updateHook, type HookRow } from '../../store/queries/hook.ts';
import type { Tables } from '../../store/tables.ts';
import { recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { hookSubject } from './place.ts';

/** Disables a hook in the caller's transaction; what it has yet to be told is dropped. */
export async function disableHook(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  row: HookRow,
  reason: 'member' | 'plan' | 'credential',
): Promise<HookRow> {
  const now = ctx.now();
  const subject = hookSubject(row.id);
  await deleteDeliveriesOf(tx, row.id);
  await clearAlerts(tx, [subject], now);
  const changed = await updateHook(tx, row.id, { disabled_at: now, modified_at: now });
  await recordAudit(ctx, tx, { accountId: row.account_id, verb: 'hook.disable', subject, after: { reason } });
  return changed;
}
