import { mintSecret } from '../../access/session-secret.ts';
import { getAccount } from '../account/get.ts';
import { insertInvitation, listOpenInvitations, updateInvitation, type InvitationRow } from '../../store/queries/people.ts';
import { nextId } from '../../store/queries/sequence.ts';
import { requireAdministrator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import { linkAddress } from '../link/make.ts';
import { invitationMessage } from '../mail/messages.ts';
import { mailParts } from '../people.ts';
import { queueMail } from '../mail/queue.ts';
import type { PeopleContext } from '../people.ts';
import { requireFreeEmail } from './free-email.ts';
import { getInvitation, invitationMs } from './invitation.ts';
import { invitationLimits, requireInviting } from './inviting.ts';
import { getMember } from './find.ts';
import { requireSeat } from './seats.ts';

export interface HandedInvitation {
  readonly row: InvitationRow;
  /** To pass on by hand; null when it was mailed. */
  readonly link: string | null;
}

export interface Inviter {
  readonly accountId: number;
  readonly memberId: number;
}

/**
 * Invites an address, in place of an earlier invitation to it. Administrators only. Throws `access_denied`, `existing_user`,
 * `member_limit_exceeded`, `TooManyError`.
 */
export function inviteMember(
  ctx: PeopleContext,
  { accountId, memberId }: Inviter,
  input: { email: string; role: InvitationRow['role'] },
): Promise<HandedInvitation> {
  const email = input.email.trim().toLowerCase();
  return change(ctx, 'invitation:new', async (tx) => {
    await requireAdministrator(tx, ctx.actor);
    requireInviting(ctx);
    await requireFreeEmail(tx, email);
    ctx.people.attempts.take(invitationLimits(ctx, email));
    const now = ctx.now();
    const earlier = (await listOpenInvitations(tx, accountId)).find((open) => open.email === email);
    if (earlier !== undefined) await updateInvitation(tx, earlier.id, { ended_at: now });
    await requireSeat(tx, accountId, now, { invitations: true });
    const { secret, digest } = mintSecret();
    const row: InvitationRow = {
      id: await nextId(tx, 'invitation'),
      account_id: accountId,
      email,
      role: input.role,
      digest,
      invited_by: memberId,
      created_at: now,
      expires_at: now + invitationMs,
      ended_at: null,
    };
    await insertInvitation(tx, row);
    await recordAudit(ctx, tx, { accountId, verb: 'invitation.create', subject: `invitation:${row.id}`, after: { email, role: row.role } });
    return { row, link: await handOver(ctx, tx, row, secret) };
  });
}

/** Makes a new link for an open invitation; the old one ends. Administrators only. Throws `access_denied`, `invalid_id`, `TooManyError`. */
export function resendInvitation(ctx: PeopleContext, { accountId }: Inviter, id: number): Promise<HandedInvitation> {
  const subject = `invitation:${id}`;
  return change(ctx, subject, async (tx) => {
    await requireAdministrator(tx, ctx.actor);
    requireInviting(ctx);
    const invitation = await getInvitation(tx, accountId, id);
    ctx.people.attempts.take(invitationLimits(ctx, invitation.email));
    const now = ctx.now();
    // One that has expired gave its seat back.
    if (invitation.expires_at <= now) await requireSeat(tx, accountId, now, { invitations: true });
    const { secret, digest } = mintSecret();
    const row = { ...invitation, digest, created_at: now, expires_at: now + invitationMs };
    await updateInvitation(tx, id, { digest, created_at: row.created_at, expires_at: row.expires_at });
    await recordAudit(ctx, tx, { accountId, verb: 'invitation.resend', subject });
    return { row, link: await handOver(ctx, tx, row, secret) };
  });
}

async function handOver(
  ctx: PeopleContext,
  tx: Parameters<typeof queueMail>[1],
  row: InvitationRow,
  secret: string,
): Promise<string | null> {
  const link = linkAddress(ctx, 'invitation', secret);
  const { company } = await getAccount(tx, row.account_id);
  const { name } = await getMember(tx, row.account_id, row.invited_by);
  const message = invitationMessage({ company, by: name, link });
  await queueMail(mailParts(ctx), tx, { accountId: row.account_id, recipient: row.email, message });
  return ctx.people.sendsMail ? null : link;
}
