import { updateAccount as updateRow, type AccountRow } from '../../store/queries/account.ts';
import { requireAccount, requirePerson } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getAccount } from './get.ts';

/** Changes the name of the company. Throws `invalid_id`, `access_denied`. */
export async function updateAccount(ctx: DomainContext, accountId: number, input: { company: string }): Promise<AccountRow> {
  requirePerson(ctx.actor);
  requireAccount(ctx.actor, accountId);
  const subject = `account:${accountId}`;
  return change(ctx, subject, async (tx) => {
    const account = await getAccount(tx, accountId);
    if (account.company === input.company) return account;
    await updateRow(tx, accountId, input);
    await recordAudit(ctx, tx, { accountId, verb: 'account.update', subject, before: { company: account.company }, after: input });
    return { ...account, ...input };
  });
}
