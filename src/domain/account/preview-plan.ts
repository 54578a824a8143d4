import { listApiKeyRows } from '../../store/queries/credential.ts';
import { listLiveDestinations } from '../../store/queries/destination.ts';
import { listHookRows } from '../../store/queries/hook.ts';
import { listMemberRows } from '../../store/queries/member.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { listCronSources } from '../source/pause-cron.ts';
import { planFeatures, type Plan } from './plans.ts';

export interface PlanEffect {
  readonly disablesKeys: number;
  readonly disabledKeys: number;
  readonly disablesHooks: number;
  /** Sources that run by a cron expression. */
  readonly pausesSources: number;
  readonly members: number;
  readonly destinations: number;
}

/** What a change of plan would do, and what would be above its limits. Throws `invalid_id`. */
export async function previewPlan(ctx: DomainContext, accountId: number, plan: Plan): Promise<PlanEffect> {
  requireAccount(ctx.actor, accountId);
  const db = ctx.store.read;
  const keys = await listApiKeyRows(db, accountId);
  const count = (state: string): number => keys.filter((key) => key.state === state).length;
  const { apiAccess, hooks, cron } = planFeatures[plan];
  return {
    disablesKeys: apiAccess ? 0 : count('enabled'),
    disabledKeys: count('disabled'),
    disablesHooks: hooks ? 0 : (await listHookRows(db, accountId)).filter((hook) => hook.disabled_at === null).length,
    pausesSources: cron ? 0 : (await listCronSources(db, accountId)).length,
    members: (await listMemberRows(db, accountId)).filter((member) => member.deactivated_at === null).length,
    destinations: (await listLiveDestinations(db, accountId)).length,
  };
}
