import { AppError } from '../../../contract/errors.ts';
import { listAccounts } from '../../store/queries/account.ts';
import { listLiveDestinations } from '../../store/queries/destination.ts';
import { requireOperator } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { warehouseOf, type Warehouse } from './warehouse.ts';

/**
 * The embedded warehouse of an account, or of the only account when none is named. Operator only.
 * Throws `invalid_id` when there is no such account or none can be chosen.
 */
export async function getWarehouse(ctx: DomainContext, accountId: number | undefined, directory: string): Promise<Warehouse> {
  requireOperator(ctx.actor);
  const accounts = await listAccounts(ctx.store.read);
  const account = accountId === undefined && accounts.length === 1 ? accounts[0] : accounts.find(({ id }) => id === accountId);
  if (account === undefined) {
    throw new AppError('invalid_id', accountId === undefined ? chooseAccount(accounts.length) : `Account not found (${accountId}).`);
  }
  for (const row of await listLiveDestinations(ctx.store.read, account.id)) {
    const warehouse = warehouseOf(row, directory);
    if (warehouse !== undefined) return warehouse;
  }
  throw new AppError('invalid_id', `Account ${account.id} has no embedded warehouse.`);
}

function chooseAccount(accounts: number): string {
  return accounts === 0 ? 'There is no account yet.' : `There are ${accounts} accounts: name one.`;
}
