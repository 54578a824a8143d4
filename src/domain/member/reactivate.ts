import { updateMember } from '../../store/queries/member.ts';
import { requireAdministrator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getMember } from './find.ts';
import { requireSeat } from './seats.ts';

/** Lets a deactivated member sign in again; enables no key. Administrators only. Throws `access_denied`, `invalid_id`, `member_limit_exceeded`. */
export function reactivateMember(ctx: DomainContext, accountId: number, id: number): Promise<void> {
  const subject = `member:${id}`;
  return change(ctx, subject, async (tx) => {
    await requireAdministrator(tx, ctx.actor);
    const member = await getMember(tx, accountId, id);
    if (member.deactivated_at === null) return;
    await requireSeat(tx, accountId, ctx.now(), { invitations: true });
    await updateMember(tx, id, { deactivated_at: null });
    await recordAudit(ctx, tx, { accountId, verb: 'member.reactivate', subject });
  });
}
