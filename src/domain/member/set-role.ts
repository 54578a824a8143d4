import { updateMember, type MemberRow } from '../../store/queries/member.ts';
import { requireAdministrator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { endHandedLinks, requireAnotherAdministrator } from './administrators.ts';
import { getMember } from './find.ts';

/**
 * Changes the role of a member, in force at once; who is no Administrator any more holds no links that make one.
 * Administrators only. Throws `access_denied`, `invalid_id`, `last_administrator`.
 */
export function setMemberRole(ctx: DomainContext, accountId: number, id: number, role: MemberRow['role']): Promise<void> {
  const subject = `member:${id}`;
  return change(ctx, subject, async (tx) => {
    await requireAdministrator(tx, ctx.actor);
    const member = await getMember(tx, accountId, id);
    if (member.role === role) return;
    if (member.role === 'administrator' && member.deactivated_at === null) await requireAnotherAdministrator(tx, member);
    await updateMember(tx, id, { role });
    const invitations = role === 'administrator' ? 0 : await endHandedLinks(tx, member, ctx.now());
    const after = { role, ...(invitations === 0 ? {} : { ended_invitations: invitations }) };
    await recordAudit(ctx, tx, { accountId, verb: 'member.set_role', subject, before: { role: member.role }, after });
  });
}
