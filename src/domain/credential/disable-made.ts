import type { Transaction } from 'kysely';
import { listCustomEmailsMadeBy, updateCustomEmail } from '../../store/queries/custom-email.ts';
import { listHooksMadeBy } from '../../store/queries/hook.ts';
import type { Tables } from '../../store/tables.ts';
import { recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { disableHook } from '../hook/disable.ts';

/** Disables where a compromised credential made Thimble send something: hooks and custom e-mail addresses. */
export async function disableMadeReceivers(ctx: DomainContext, tx: Transaction<Tables>, credentialId: number): Promise<void> {
  for (const hook of await listHooksMadeBy(tx, credentialId)) await disableHook(ctx, tx, hook, 'credential');
  for (const { id, account_id: accountId } of await listCustomEmailsMadeBy(tx, credentialId)) {
    await updateCustomEmail(tx, id, ctx.now());
    const subject = `custom_email:${id}`;
    await recordAudit(ctx, tx, { accountId, verb: 'custom_email.disable', subject, after: { reason: 'credential' } });
  }
}
