import { getMember, type MemberRow } from '../member/find.ts';
import { updateMember } from '../../store/queries/member.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';

/** Changes name and mail settings of a member. */
export function updateProfile(
  ctx: DomainContext,
  { accountId, memberId }: { accountId: number; memberId: number },
  input: { name?: string | undefined; notify_errors?: boolean | undefined },
): Promise<MemberRow> {
  const subject = `member:${memberId}`;
  return change(ctx, subject, async (tx) => {
    const member = await getMember(tx, accountId, memberId);
    const notify = input.notify_errors === undefined ? member.notify_errors : input.notify_errors ? 1 : 0;
    const after = { name: input.name ?? member.name, notify_errors: notify } as const;
    const before = { name: member.name, notify_errors: member.notify_errors };
    if (after.name === before.name && after.notify_errors === before.notify_errors) return member;
    await updateMember(tx, memberId, after);
    await recordAudit(ctx, tx, { accountId, verb: 'member.update', subject, before, after });
    return { ...member, ...after };
  });
}
