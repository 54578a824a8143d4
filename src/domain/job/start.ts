import { isPushType } from '../../../contract/webhook-types.ts';
import { AppError } from '../../../contract/errors.ts';
import { findRunningJob } from '../../store/queries/job.ts';
import { findSource } from '../../store/queries/source.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { readStreamProgress } from '../stream/progress.ts';

/**
 * Starts an extraction, which no server can yet: running taps is not built. Everything that is asked before is judged as it will be then.
 * Throws `invalid_source`, `already_running`, `job_refused` (connect-api.md §8.2).
 */
export async function startJob(ctx: DomainContext, accountId: number, sourceId: number): Promise<never> {
  requireAccount(ctx.actor, accountId);
  const { read } = ctx.store;
  const source = await findSource(read, accountId, sourceId);
  if (source === undefined) throw new AppError('invalid_source', `Cannot find source ${sourceId} of client ${accountId}.`);
  if (source.deleted_at !== null) throw new AppError('invalid_source', `The integration is deleted: source ${sourceId}.`);
  if (isPushType(source.type)) throw new AppError('invalid_source', `Source ${sourceId} is sent data to; there is nothing to extract.`);
  if ((await findRunningJob(read, sourceId)) !== undefined)
    throw new AppError('already_running', `No job was made: one runs already for client ${accountId}, source ${sourceId}.`);
  const { selected } = await readStreamProgress(read, sourceId);
  if (!selected) throw new AppError('job_refused', `Source ${sourceId} is not fully configured: no stream with a field is selected.`);
  throw new AppError('job_refused', `The job could not be created: this server cannot run the tap of ${source.type}.`);
}
