import { countLastJobs, listLastJobs, type JobRow } from '../../store/queries/job.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';

/** A completed job and the type of its source. */
export type CompletedJob = JobRow & { readonly source_type: string };

const recentMs = 60 * 86_400_000;

/** The job each source completed last, if within 60 days, by source id; and how many there are (connect-api.md §8.4). */
export async function listExtractions(
  ctx: DomainContext,
  accountId: number,
  page: { offset: number; limit: number },
): Promise<{ total: number; jobs: CompletedJob[] }> {
  requireAccount(ctx.actor, accountId);
  const { read } = ctx.store;
  const asked = { accountId, completedSince: ctx.now() - recentMs };
  return { total: await countLastJobs(read, asked), jobs: await listLastJobs(read, { ...asked, ...page }) };
}
