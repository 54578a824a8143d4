import { AppError } from '../../../contract/errors.ts';
import { findConnectionCheck, type ConnectionCheckRow } from '../../store/queries/connection-check.ts';
import { findSource, findSourceOfAnyAccount, type SourceRow } from '../../store/queries/source.ts';
import { requireAccount, requireOperator } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { unknownSource } from './find.ts';

export type { SourceRow };

/** A source in any state, deleted included. Throws `invalid_id`. */
export async function getSource(ctx: DomainContext, accountId: number, sourceId: number): Promise<SourceRow> {
  requireAccount(ctx.actor, accountId);
  const source = await findSource(ctx.store.read, accountId, sourceId);
  if (source === undefined) throw unknownSource(sourceId);
  return source;
}

/** A source in any state by its id alone. Operator only. Throws `invalid_id`. */
export async function getSourceOfAnyAccount(ctx: DomainContext, sourceId: number): Promise<SourceRow> {
  requireOperator(ctx.actor);
  const source = await findSourceOfAnyAccount(ctx.store.read, sourceId);
  if (source === undefined) throw unknownSource(sourceId);
  return source;
}

/** The newest check of a source. Throws `invalid_id`, `not_found` before the first; what is sent to us has nothing to connect to. */
export async function getSourceCheck(ctx: DomainContext, accountId: number, sourceId: number): Promise<ConnectionCheckRow> {
  const { id } = await getSource(ctx, accountId, sourceId);
  const check = await findConnectionCheck(ctx.store.read, id);
  if (check === undefined) throw new AppError('not_found', `Source ${id} has no connection check.`);
  return check;
}
