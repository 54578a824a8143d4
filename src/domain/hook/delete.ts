import type { Transaction } from 'kysely';
import { clearAlerts } from '../../store/queries/alert.ts';
import { deleteDeliveriesOf } from '../../store/queries/hook-delivery.ts';
import { deleteHookRow, type HookRow } from '../../store/queries/hook.ts';
import type { Tables } from '../../store/tables.ts';
import { requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getHook } from './find.ts';
import { hookSubject } from './place.ts';
import { requireHooks } from './require-hooks.ts';

/** Deletes a hook with what it has yet to be told. Throws `access_denied`, `invalid_id`. */
export async function deleteHook(ctx: DomainContext, accountId: number, id: number): Promise<void> {
  requireAccount(ctx.actor, accountId);
  await change(ctx, hookSubject(id), async (tx) => {
    await requireHooks(tx, accountId);
    await removeHook(ctx, tx, await getHook(tx, accountId, id));
  });
}

/** The same in the caller's transaction, as a destination is deleted. */
export async function removeHook(ctx: DomainContext, tx: Transaction<Tables>, row: HookRow): Promise<void> {
  const subject = hookSubject(row.id);
  await deleteDeliveriesOf(tx, row.id);
  await clearAlerts(tx, [subject], ctx.now());
  await deleteHookRow(tx, row.id);
  const before = { destination: row.destination_id };
  await recordAudit(ctx, tx, { accountId: row.account_id, verb: 'hook.delete', subject, before });
}
