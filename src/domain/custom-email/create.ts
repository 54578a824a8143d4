import { AppError } from '../../../contract/errors.ts';
import { insertCustomEmail, listCustomEmailRows, type CustomEmailRow } from '../../store/queries/custom-email.ts';
import { nextId } from '../../store/queries/sequence.ts';
import { getAccount } from '../account/get.ts';
import { actingCredential, requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { customEmailsPerAccount, findFreeSlot, takingSlot } from '../credential/slots.ts';

/** Adds an address that gets what members get; every plan has them. Throws `invalid_id`, `email_limit_exceeded`. */
export function createCustomEmail(ctx: DomainContext, accountId: number, email: string): Promise<CustomEmailRow> {
  requireAccount(ctx.actor, accountId);
  return takingSlot(customEmailsPerAccount, () =>
    change(ctx, 'custom_email:new', async (tx) => {
      await getAccount(tx, accountId);
      const slot = findFreeSlot(await listCustomEmailRows(tx, accountId), customEmailsPerAccount);
      if (slot === undefined) {
        throw new AppError('email_limit_exceeded', 'Account not authorized to create additional custom notification email addresses.');
      }
      const row: CustomEmailRow = {
        id: await nextId(tx, 'notification'),
        account_id: accountId,
        slot,
        email,
        created_at: ctx.now(),
        disabled_at: null,
        created_by_credential: actingCredential(ctx.actor),
      };
      await insertCustomEmail(tx, row);
      await recordAudit(ctx, tx, { accountId, verb: 'custom_email.create', subject: `custom_email:${row.id}`, after: { email } });
      return row;
    }),
  );
}
