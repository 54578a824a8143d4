import { AppError } from '../../../contract/errors.ts';
import { findAnyMember, findMember, updateMember, type MemberRow } from '../../store/queries/member.ts';
import { deleteLinks } from '../../store/queries/people.ts';
import { change, recordAudit } from '../change.ts';
import { makeLink } from '../link/make.ts';
import { invalidLink, takeLink } from '../link/use.ts';
import { emailChangedMessage, emailChangeMessage } from '../mail/messages.ts';
import { mailParts } from '../people.ts';
import { queueMail } from '../mail/queue.ts';
import { requireFreeEmail } from '../member/free-email.ts';
import type { PeopleContext } from '../people.ts';
import { linkLimits, mailLimits } from '../session/limits.ts';
import { provePassword } from '../session/password.ts';

/** Mails a link to the new address, which proves it; until then nothing changes. Throws `wrong_password`, `existing_user`. */
export async function requestEmailChange(
  ctx: PeopleContext,
  member: MemberRow,
  input: { email: string; password: string },
): Promise<MemberRow> {
  const email = input.email.trim().toLowerCase();
  await provePassword(ctx, member, input.password);
  ctx.people.attempts.take(mailLimits(ctx, email, 'email_change'));
  const subject = `member:${member.id}`;
  return change(ctx, subject, async (tx) => {
    const today = await findMember(tx, member.account_id, member.id);
    if (today?.password_hash !== member.password_hash) throw new AppError('wrong_password', 'The password is not right.');
    await requireFreeEmail(tx, email);
    await updateMember(tx, member.id, { pending_email: email });
    await deleteLinks(tx, 'email_change', member.id);
    const link = await makeLink(ctx, tx, { purpose: 'email_change', memberId: member.id, email });
    await queueMail(mailParts(ctx), tx, { accountId: member.account_id, recipient: email, message: emailChangeMessage({ link }) });
    await recordAudit(ctx, tx, { accountId: member.account_id, verb: 'member.request_email_change', subject, after: { email } });
    return { ...member, pending_email: email };
  });
}

/** Gives a member the address whose link was used. Throws `invalid_link`, `existing_user`. */
export async function confirmEmailChange(ctx: PeopleContext, token: string): Promise<void> {
  const limits = linkLimits(ctx);
  ctx.people.attempts.take(limits);
  await change(ctx, 'link:email_change', async (tx) => {
    const link = await takeLink(tx, 'email_change', token, ctx.now());
    const member = link.member_id === null ? undefined : await findAnyMember(tx, link.member_id);
    const { email } = link;
    if (member === undefined || member.deactivated_at !== null || email === null || member.pending_email !== email) throw invalidLink();
    await requireFreeEmail(tx, email);
    await updateMember(tx, member.id, { email, pending_email: null });
    // Whoever reads the old mailbox must not get in with a link sent there.
    await deleteLinks(tx, 'password', member.id);
    await queueMail(mailParts(ctx), tx, { accountId: member.account_id, recipient: member.email, message: emailChangedMessage({ email }) });
    const actor = { kind: 'member', memberId: member.id, accountId: member.account_id, sessionId: undefined } as const;
    await recordAudit({ ...ctx, actor }, tx, {
      accountId: member.account_id,
      verb: 'member.change_email',
      subject: `member:${member.id}`,
      before: { email: member.email },
      after: { email },
    });
  });
  ctx.people.attempts.forgive(limits);
}
