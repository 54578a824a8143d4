import { AppError } from '../../../contract/errors.ts';
import { mintSecret } from '../../access/session-secret.ts';
import { deleteUnusedCodesOf } from '../../store/queries/authorization-code.ts';
import { findMember, updateMember, type MemberRow } from '../../store/queries/member.ts';
import { deleteLinks } from '../../store/queries/people.ts';
import { deleteSessions, updateSession } from '../../store/queries/session.ts';
import { getAccount } from '../account/get.ts';
import { change, recordAudit } from '../change.ts';
import { passwordChangedMessage } from '../mail/messages.ts';
import { mailParts } from '../people.ts';
import { queueMail } from '../mail/queue.ts';
import type { PeopleContext } from '../people.ts';
import { provePassword, requireStrong } from '../session/password.ts';
import { usesTwoFactor } from '../session/second-factor.ts';

/**
 * Changes a member's password; before it returns the other sessions end, and a change of address that waits for its proof.
 * Returns the new secret of the session: whoever has the old one is out as well. Throws `wrong_password`, `invalid_password`.
 */
export async function changePassword(
  ctx: PeopleContext,
  { member, sessionId }: { member: MemberRow; sessionId: number },
  { oldPassword, newPassword }: { oldPassword: string; newPassword: string },
): Promise<string> {
  await provePassword(ctx, member, oldPassword);
  const { company } = await getAccount(ctx.store.read, member.account_id);
  requireStrong(newPassword, [member.email, member.name, company]);
  const passwordHash = await ctx.people.passwords.hash(newPassword);
  const subject = `member:${member.id}`;
  const { secret, digest } = mintSecret();
  await change(ctx, subject, async (tx) => {
    const today = await findMember(tx, member.account_id, member.id);
    if (today?.password_hash !== member.password_hash) throw new AppError('wrong_password', 'The password is not right.');
    await updateMember(tx, member.id, { password_hash: passwordHash, pending_email: null });
    await deleteSessions(tx, member.id, { except: sessionId });
    await deleteUnusedCodesOf(tx, member.id);
    await deleteLinks(tx, 'password', member.id);
    await deleteLinks(tx, 'email_change', member.id);
    // With a second factor the password alone proves too little for sensitive acts.
    await updateSession(tx, sessionId, usesTwoFactor(today) ? { digest } : { digest, proved_at: ctx.now() });
    await queueMail(mailParts(ctx), tx, { accountId: member.account_id, recipient: today.email, message: passwordChangedMessage() });
    await recordAudit(ctx, tx, { accountId: member.account_id, verb: 'member.change_password', subject });
  });
  return secret;
}
