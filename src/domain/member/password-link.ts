import type { Transaction } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findMemberByEmail, type MemberRow } from '../../store/queries/member.ts';
import { deleteLinks } from '../../store/queries/people.ts';
import type { Tables } from '../../store/tables.ts';
import { requireAdministrator, requireOperator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import { makeLink } from '../link/make.ts';
import { passwordMessage } from '../mail/messages.ts';
import { mailParts } from '../people.ts';
import { queueMail } from '../mail/queue.ts';
import type { PeopleContext } from '../people.ts';
import { getMember } from './find.ts';

/**
 * Makes a link with which a member chooses a new password: mailed, or returned where no mail is sent.
 * Administrators only. Throws `access_denied`, `invalid_id`, `invalid_member_state`.
 */
export function linkForMember(ctx: PeopleContext, accountId: number, id: number): Promise<string | null> {
  return change(ctx, `member:${id}`, async (tx) => {
    await requireAdministrator(tx, ctx.actor);
    const member = await getMember(tx, accountId, id);
    const link = await makePasswordLink(ctx, tx, member);
    if (!ctx.people.sendsMail) return link;
    await queueMail(mailParts(ctx), tx, { accountId, recipient: member.email, message: passwordMessage({ link }) });
    return null;
  });
}

/** The same for the operator, who always gets the link. Throws `invalid_id`, `invalid_member_state`. */
export function linkForEmail(ctx: PeopleContext, address: string): Promise<string> {
  requireOperator(ctx.actor);
  return change(ctx, 'link:new', async (tx) => {
    const member = await findMemberByEmail(tx, address.trim().toLowerCase());
    if (member === undefined) throw new AppError('invalid_id', `Member not found (${address}).`);
    return makePasswordLink(ctx, tx, member);
  });
}

async function makePasswordLink(ctx: PeopleContext, tx: Transaction<Tables>, member: MemberRow): Promise<string> {
  if (member.deactivated_at !== null) throw new AppError('invalid_member_state', 'The member is deactivated.');
  await deleteLinks(tx, 'password', member.id);
  await recordAudit(ctx, tx, { accountId: member.account_id, verb: 'member.make_password_link', subject: `member:${member.id}` });
  return makeLink(ctx, tx, { purpose: 'password', memberId: member.id, email: null });
}
