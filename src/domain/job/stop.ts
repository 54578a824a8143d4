import { AppError } from '../../../contract/errors.ts';
import { terminateJob } from '../../store/queries/job.ts';
import { findSource } from '../../store/queries/source.ts';
import { requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';

/** Ends the job of a source, if one runs; what it extracted still loads (connect-api.md §8.3). Throws `invalid_source`. */
export async function stopJob(ctx: DomainContext, accountId: number, sourceId: number): Promise<void> {
  requireAccount(ctx.actor, accountId);
  const subject = `source:${sourceId}`;
  await change(ctx, subject, async (tx) => {
    if ((await findSource(tx, accountId, sourceId)) === undefined)
      throw new AppError('invalid_source', `Cannot find source ${sourceId} of client ${accountId}.`);
    const job = await terminateJob(tx, sourceId, ctx.now());
    if (job !== undefined) await recordAudit(ctx, tx, { accountId, verb: 'job.stop', subject, after: { job: job.name } });
  });
}
