/** The account itself: company, plan, audit log. */
import type { accountRoutes } from '../../../contract/account-api/account.ts';
import { previewPlan } from '../../domain/account/preview-plan.ts';
import { setAccountPlan } from '../../domain/account/set-plan.ts';
import { readAccountState } from '../../domain/account/summary.ts';
import { updateAccount } from '../../domain/account/update.ts';
import { listAudit } from '../../domain/audit/list.ts';
import type { AccountHandlers, VisitorSession } from './options.ts';
import { presentAccountSummary, presentInstant } from './present-people.ts';

export const accountHandlers: AccountHandlers<Exclude<keyof typeof accountRoutes, 'getUsage'>> = {
  getAccount: ({ ctx, accountId }) => presentAccount({ ctx }, accountId),
  updateAccount: async ({ ctx, accountId }, { body }) => {
    await updateAccount(ctx, accountId, body);
    return presentAccount({ ctx }, accountId);
  },
  previewPlan: async ({ ctx, accountId }, { query }) => {
    const effect = await previewPlan(ctx, accountId, query.plan);
    return {
      plan: query.plan,
      disables_keys: effect.disablesKeys,
      disabled_keys: effect.disabledKeys,
      disables_hooks: effect.disablesHooks,
      pauses_sources: effect.pausesSources,
      members: effect.members,
      destinations: effect.destinations,
    };
  },
  setPlan: async ({ ctx, accountId }, { body }) => {
    const { disabledKeys } = await setAccountPlan(ctx, accountId, body.plan);
    return { account: await presentAccount({ ctx }, accountId), disabled_keys: disabledKeys };
  },
  listAudit: async ({ ctx, accountId }, { query }) => {
    const before = query.before === undefined ? undefined : Number(query.before);
    const { entries, more } = await listAudit(ctx, accountId, { ...query, before });
    return {
      entries: entries.map(({ row, actorName }) => ({
        seq: row.seq,
        at: presentInstant(row.at),
        actor: row.actor,
        actor_name: actorName,
        verb: row.verb,
        subject: row.subject,
        before: parse(row.before),
        after: parse(row.after),
        address: row.address,
        request_id: row.request_id,
      })),
      more,
    };
  },
};

async function presentAccount({ ctx }: VisitorSession, accountId: number): Promise<ReturnType<typeof presentAccountSummary>> {
  return presentAccountSummary(ctx, await readAccountState(ctx, accountId));
}

function parse(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}
