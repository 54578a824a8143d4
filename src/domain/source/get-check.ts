import { AppError } from '../../../contract/errors.ts';
import { findConnectionCheck, type ConnectionCheckRow } from '../../store/queries/connection-check.ts';
import type { DomainContext } from '../context.ts';
import { getSource } from './get.ts';

/** The newest check of a source in any state. Throws `invalid_id`, `not_found` before the first: sources that are sent data to never have one. */
export async function getSourceCheck(ctx: DomainContext, accountId: number, sourceId: number): Promise<ConnectionCheckRow> {
  const { id } = await getSource(ctx, accountId, sourceId);
  const check = await findConnectionCheck(ctx.store.read, id);
  if (check === undefined) throw new AppError('not_found', `Source ${id} has no connection check.`);
  return check;
}
