import { getAccount } from '../account/get.ts';
import { requireOperator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';

/** Notes that the operator reads the key that signs what an account's hooks are sent; returns the account. Throws `invalid_id`. */
export function noteHookKeyShown(ctx: DomainContext, accountId: number): Promise<number> {
  requireOperator(ctx.actor);
  const subject = `account:${accountId}`;
  return change(ctx, subject, async (tx) => {
    const { id } = await getAccount(tx, accountId);
    await recordAudit(ctx, tx, { accountId: id, verb: 'hook.show_key', subject });
    return id;
  });
}
