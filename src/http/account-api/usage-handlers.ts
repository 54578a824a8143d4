import { plans } from '../../../contract/account-api/plans.ts';
import { getAccount } from '../../domain/account/get.ts';
import { readRowUsage } from '../../domain/usage/read.ts';
import type { AccountHandlers } from './options.ts';

/** The handler of the route about loaded rows. */
export const usageHandlers: AccountHandlers<'getUsage'> = {
  getUsage: async ({ ctx, accountId }) => {
    const { plan } = await getAccount(ctx.store.read, accountId);
    const { rows, days, sources } = await readRowUsage(ctx, accountId);
    return {
      period: { from: days[0]?.day ?? '', to: days.at(-1)?.day ?? '', rows, limit: plans[plan].rows_per_period },
      days: [...days],
      sources: sources.map(({ sourceId, displayName, rows: ofSource }) => ({
        source_id: sourceId,
        display_name: displayName,
        rows: ofSource,
      })),
    };
  },
};
