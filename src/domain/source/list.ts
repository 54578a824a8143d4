import { listSources as listSourceRows, type SourceRow } from '../../store/queries/source.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';

/** Every source of the account in ascending id, paused and deleted ones included (connect-api.md §5.3). */
export async function listSources(ctx: DomainContext, accountId: number): Promise<SourceRow[]> {
  requireAccount(ctx.actor, accountId);
  return listSourceRows(ctx.store.read, accountId);
}
