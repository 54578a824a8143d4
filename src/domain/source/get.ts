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
