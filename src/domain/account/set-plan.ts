import { updateAccount, type AccountRow } from '../../store/queries/account.ts';
import { listApiKeyRows } from '../../store/queries/credential.ts';
import { listHookRows } from '../../store/queries/hook.ts';
import { requireAccount, requireAdministrator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { disableCredential } from '../credential/set-state.ts';
import { disableHook } from '../hook/disable.ts';
import { pauseCronSources } from '../source/pause-cron.ts';
import { getAccount } from './get.ts';
import { planFeatures, type Plan } from './plans.ts';

export interface PlanChange {
  readonly account: AccountRow;
  /** API keys it disabled. */
  readonly disabledKeys: number;
  /** Sources it paused because a cron expression said when they run. */
  readonly pausedSources: number;
}

/**
 * Changes the plan. Without API access every API key is disabled at once, without hooks every hook; getting it back enables nothing by itself
 * (access.md, state). Without cron, sources with a cron expression are paused and get their interval back (connect-api.md §5.7). What is
 * above the new limits stays; nothing is added to it. The operator and Administrators only.
 * Throws `access_denied`, `invalid_id`, `not_confirmed`.
 */
export async function setAccountPlan(ctx: DomainContext, accountId: number, plan: Plan): Promise<PlanChange> {
  requireAccount(ctx.actor, accountId);
  const subject = `account:${accountId}`;
  return change(ctx, subject, async (tx, effects) => {
    await requireAdministrator(tx, ctx.actor);
    const account = await getAccount(tx, accountId);
    const { apiAccess, cron, hooks } = planFeatures[plan];
    effects.revokes = !apiAccess;
    if (account.plan === plan) return { account, disabledKeys: 0, pausedSources: 0 };
    await updateAccount(tx, accountId, { plan });
    await recordAudit(ctx, tx, { accountId, verb: 'account.set_plan', subject, before: { plan: account.plan }, after: { plan } });
    effects.registry.push({ kind: 'account', accountId, held: account.held_at !== null, apiAccess });
    const keys = apiAccess ? [] : (await listApiKeyRows(tx, accountId)).filter((key) => key.state === 'enabled');
    const enabledHooks = hooks ? [] : (await listHookRows(tx, accountId)).filter((hook) => hook.disabled_at === null);
    for (const hook of enabledHooks) await disableHook(ctx, tx, hook, 'plan');
    for (const key of keys) await disableCredential(ctx, tx, effects, key, 'plan');
    const pausedSources = cron ? 0 : await pauseCronSources(ctx, tx, accountId);
    return { account: { ...account, plan }, disabledKeys: keys.length, pausedSources };
  });
}
