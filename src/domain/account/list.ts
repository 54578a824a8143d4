import { listAccounts as listAccountRows, type AccountRow } from '../../store/queries/account.ts';
import { requireOperator } from '../actor.ts';
import type { DomainContext } from '../context.ts';

/** Every account of the installation, oldest first. Operator only. */
export async function listAccounts(ctx: DomainContext): Promise<AccountRow[]> {
  requireOperator(ctx.actor);
  return listAccountRows(ctx.store.read);
}
