import { deleteUnusedCodesOf } from '../../store/queries/authorization-code.ts';
import { findAnyMember, findMember, findMemberByEmail, updateMember, type MemberRow } from '../../store/queries/member.ts';
import { deleteLinks, type LinkRow } from '../../store/queries/people.ts';
import { deleteSessions } from '../../store/queries/session.ts';
import { getAccount } from '../account/get.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { makeLink } from '../link/make.ts';
import { getLink, invalidLink, takeLink } from '../link/use.ts';
import { passwordChangedMessage, passwordMessage } from '../mail/messages.ts';
import { mailParts } from '../people.ts';
import { queueMail } from '../mail/queue.ts';
import type { PeopleContext } from '../people.ts';
import { linkLimits, mailLimits } from './limits.ts';
import { requireStrong } from './password.ts';

/** Mails a link to choose a new password, if a member has the address. The same answer and the same writing for every address. */
export async function requestPasswordReset(ctx: PeopleContext, address: string): Promise<void> {
  const email = address.trim().toLowerCase();
  ctx.people.attempts.take(mailLimits(ctx, email, 'password'));
  await change(ctx, 'link:new', async (tx) => {
    const found = await findMemberByEmail(tx, email);
    const member = found?.deactivated_at === null ? found : undefined;
    // Without a member the link is nobody's and opens nothing.
    const link = await makeLink(ctx, tx, { purpose: 'password', memberId: member?.id ?? null, email: null });
    if (member === undefined) return;
    await queueMail(mailParts(ctx), tx, { accountId: member.account_id, recipient: email, message: passwordMessage({ link }) });
    await recordAudit(ctx, tx, { accountId: member.account_id, verb: 'member.request_password_reset', subject: `member:${member.id}` });
  });
}

/** Gives a member a new password with a link; ends every session of the member, and a change of address not proved yet. Throws `invalid_link`, `invalid_password`. */
export async function resetPassword(ctx: PeopleContext, { token, password }: { token: string; password: string }): Promise<void> {
  const limits = linkLimits(ctx);
  ctx.people.attempts.take(limits);
  const known = await findLinkedMember(ctx, await getLink(ctx.store.read, 'password', token, ctx.now()));
  const { company } = await getAccount(ctx.store.read, known.account_id);
  ctx.people.attempts.forgive(limits);
  requireStrong(password, [known.email, known.name, company]);
  const passwordHash = await ctx.people.passwords.hash(password);
  const subject = `member:${known.id}`;
  await change(ctx, subject, async (tx) => {
    await takeLink(tx, 'password', token, ctx.now());
    const member = await findMember(tx, known.account_id, known.id);
    if (member === undefined || member.deactivated_at !== null) throw invalidLink();
    await updateMember(tx, member.id, { password_hash: passwordHash, pending_email: null });
    await deleteSessions(tx, member.id);
    // Whoever knew the old password may have consented to something just now.
    await deleteUnusedCodesOf(tx, member.id);
    await deleteLinks(tx, 'password', member.id);
    // Whoever knew the old password may have asked for it.
    await deleteLinks(tx, 'email_change', member.id);
    await queueMail(mailParts(ctx), tx, { accountId: member.account_id, recipient: member.email, message: passwordChangedMessage() });
    const actor = { kind: 'member', memberId: member.id, accountId: member.account_id, sessionId: undefined } as const;
    await recordAudit({ ...ctx, actor }, tx, { accountId: member.account_id, verb: 'member.reset_password', subject });
  });
}

async function findLinkedMember(ctx: DomainContext, link: LinkRow): Promise<MemberRow> {
  const member = link.member_id === null ? undefined : await findAnyMember(ctx.store.read, link.member_id);
  if (member === undefined || member.deactivated_at !== null) throw invalidLink();
  return member;
}
