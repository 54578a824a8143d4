import type { Kysely } from 'kysely';
import { digestSecret } from '../../access/session-secret.ts';
import { insertMember, type MemberRow } from '../../store/queries/member.ts';
import { findInvitationByDigest, updateInvitation, type InvitationRow } from '../../store/queries/people.ts';
import { nextId } from '../../store/queries/sequence.ts';
import type { Tables } from '../../store/tables.ts';
import { getAccount } from '../account/get.ts';
import { change, recordAudit } from '../change.ts';
import { invalidLink } from '../link/use.ts';
import type { PeopleContext } from '../people.ts';
import { beginSession, type BegunSession } from '../session/begin.ts';
import { linkLimits } from '../session/limits.ts';
import { requireStrong } from '../session/password.ts';
import { getMember } from './find.ts';
import { requireInviting } from './inviting.ts';
import { requireFreeEmail } from './free-email.ts';
import { requireSeat } from './seats.ts';

export interface InvitationOffer {
  readonly company: string;
  readonly email: string;
  /** Name of the member who invites. */
  readonly invitedBy: string;
}

/** What an invitation link is for. Throws `invalid_link`. */
export async function lookUpInvitation(ctx: PeopleContext, token: string): Promise<InvitationOffer> {
  const limits = linkLimits(ctx);
  ctx.people.attempts.take(limits);
  const db = ctx.store.read;
  const invitation = await getValid(db, token, ctx.now());
  ctx.people.attempts.forgive(limits);
  const { company } = await getAccount(db, invitation.account_id);
  const { name } = await getMember(db, invitation.account_id, invitation.invited_by);
  return { company, email: invitation.email, invitedBy: name };
}

/**
 * Makes whoever has the link a member and signs them in; of several at once one succeeds.
 * Throws `access_denied`, `invalid_link`, `invalid_password`, `existing_user`, `member_limit_exceeded`.
 */
export async function acceptInvitation(
  ctx: PeopleContext,
  input: { token: string; name: string; password: string },
  previousSecret: string | undefined,
): Promise<BegunSession> {
  requireInviting(ctx);
  const limits = linkLimits(ctx);
  ctx.people.attempts.take(limits);
  const offered = await getValid(ctx.store.read, input.token, ctx.now());
  const { company } = await getAccount(ctx.store.read, offered.account_id);
  ctx.people.attempts.forgive(limits);
  requireStrong(input.password, [offered.email, input.name, company]);
  const passwordHash = await ctx.people.passwords.hash(input.password);
  return change(ctx, 'member:new', async (tx) => {
    const now = ctx.now();
    const invitation = await getValid(tx, input.token, now);
    const { account_id: accountId, email } = invitation;
    await requireFreeEmail(tx, email);
    await requireSeat(tx, accountId, now, { invitations: false });
    await updateInvitation(tx, invitation.id, { ended_at: now });
    const id = await nextId(tx, 'member');
    await insertMember(tx, {
      id,
      account_id: accountId,
      email,
      name: input.name,
      role: invitation.role,
      created_at: now,
      password_hash: passwordHash,
    });
    const member: MemberRow = await getMember(tx, accountId, id);
    const actor = { kind: 'member', memberId: id, accountId, sessionId: undefined } as const;
    await recordAudit({ ...ctx, actor }, tx, {
      accountId,
      verb: 'invitation.accept',
      subject: `invitation:${invitation.id}`,
      after: { member: id, email, role: invitation.role },
    });
    return beginSession(ctx, tx, member, previousSecret);
  });
}

async function getValid(db: Kysely<Tables>, token: string, now: number): Promise<InvitationRow> {
  const invitation = await findInvitationByDigest(db, digestSecret(token));
  if (invitation === undefined || invitation.expires_at <= now) throw invalidLink();
  return invitation;
}
