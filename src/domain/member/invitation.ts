import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findOpenInvitation, updateInvitation, type InvitationRow } from '../../store/queries/people.ts';
import type { Tables } from '../../store/tables.ts';
import { requireAdministrator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';

export type { InvitationRow };

/** How long an invitation can be accepted. */
export const invitationMs = 7 * 86_400_000;

/** An open invitation of this account, expired ones included. Throws `invalid_id`. */
export async function getInvitation(db: Kysely<Tables>, accountId: number, id: number): Promise<InvitationRow> {
  const invitation = await findOpenInvitation(db, accountId, id);
  if (invitation === undefined) throw new AppError('invalid_id', `Invitation not found (${id}).`);
  return invitation;
}

/** Changes the role of an invitation before it is accepted. Administrators only. Throws `access_denied`, `invalid_id`. */
export function setInvitationRole(ctx: DomainContext, accountId: number, id: number, role: InvitationRow['role']): Promise<InvitationRow> {
  const subject = `invitation:${id}`;
  return change(ctx, subject, async (tx) => {
    await requireAdministrator(tx, ctx.actor);
    const invitation = await getInvitation(tx, accountId, id);
    if (invitation.role === role) return invitation;
    await updateInvitation(tx, id, { role });
    await recordAudit(ctx, tx, { accountId, verb: 'invitation.set_role', subject, before: { role: invitation.role }, after: { role } });
    return { ...invitation, role };
  });
}

/** Withdraws an invitation; its link ends. Administrators only. Throws `access_denied`, `invalid_id`. */
export function cancelInvitation(ctx: DomainContext, accountId: number, id: number): Promise<void> {
  const subject = `invitation:${id}`;
  return change(ctx, subject, async (tx) => {
    await requireAdministrator(tx, ctx.actor);
    const { email } = await getInvitation(tx, accountId, id);
    await updateInvitation(tx, id, { ended_at: ctx.now() });
    await recordAudit(ctx, tx, { accountId, verb: 'invitation.cancel', subject, before: { email } });
  });
}
