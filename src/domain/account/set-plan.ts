import { updateAccount, type AccountRow } from '../../store/queries/account.ts';
import { listApiKeyRows } from '../../store/queries/credential.ts';
import { requireOperator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { disableCredential } from '../credential/set-state.ts';
import { getAccount } from './get.ts';
import { planFeatures, type Plan } from './plans.ts';

/**
 * Changes the plan. Without API access every API key is disabled at once; getting it back enables nothing by itself
 * (access.md, state). Operator only. Throws `invalid_id`, `not_confirmed`.
 */
export async function setAccountPlan(ctx: DomainContext, accountId: number, plan: Plan): Promise<AccountRow> {
  requireOperator(ctx.actor);
  const subject = `account:${accountId}`;
  return change(ctx, subject, async (tx, effects) => {
    const account = await getAccount(tx, accountId);
    const { apiAccess } = planFeatures[plan];
    effects.revokes = !apiAccess;
    if (account.plan === plan) return account;
    await updateAccount(tx, accountId, { plan });
    await recordAudit(ctx, tx, { accountId, verb: 'account.set_plan', subject, before: { plan: account.plan }, after: { plan } });
    effects.registry.push({ kind: 'account', accountId, held: account.held_at !== null, apiAccess });
    if (!apiAccess) {
      for (const key of await listApiKeyRows(tx, accountId)) {
        if (key.state === 'enabled') await disableCredential(ctx, tx, effects, key, 'plan');
      }
    }
    return { ...account, plan };
  });
}
