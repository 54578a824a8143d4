import { updateAccount, type AccountRow } from '../../store/queries/account.ts';
import { requireOperator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getAccount } from './get.ts';
import { planFeatures } from './plans.ts';

/** Stops an account from pushing (unpaid, trial ended), or lets it push again. Operator only. Throws `invalid_id`. */
export async function setAccountHold(ctx: DomainContext, accountId: number, held: boolean): Promise<AccountRow> {
  requireOperator(ctx.actor);
  const subject = `account:${accountId}`;
  return change(ctx, subject, async (tx, effects) => {
    const account = await getAccount(tx, accountId);
    effects.revokes = held;
    if ((account.held_at !== null) === held) return account;
    const heldAt = held ? ctx.now() : null;
    await updateAccount(tx, accountId, { held_at: heldAt });
    await recordAudit(ctx, tx, {
      accountId,
      verb: held ? 'account.hold' : 'account.release',
      subject,
      before: { held_at: account.held_at },
      after: { held_at: heldAt },
    });
    effects.registry.push({ kind: 'account', accountId, held, apiAccess: planFeatures[account.plan].apiAccess });
    return { ...account, held_at: heldAt };
  });
}
