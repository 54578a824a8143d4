import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { listMemberRows } from '../../store/queries/member.ts';
import { listOpenInvitations } from '../../store/queries/people.ts';
import type { Tables } from '../../store/tables.ts';
import { getAccount } from '../account/get.ts';
import { planFeatures } from '../account/plans.ts';

/** Throws `member_limit_exceeded` unless the plan has a seat besides active members and, where they count, invitations that still work. */
export async function requireSeat(db: Kysely<Tables>, accountId: number, now: number, counted: { invitations: boolean }): Promise<void> {
  const { plan } = await getAccount(db, accountId);
  const { maxMembers } = planFeatures[plan];
  if (maxMembers === Infinity) return;
  const members = (await listMemberRows(db, accountId)).filter((member) => member.deactivated_at === null).length;
  const invitations = counted.invitations
    ? (await listOpenInvitations(db, accountId)).filter(({ expires_at: end }) => end > now).length
    : 0;
  if (members + invitations >= maxMembers) {
    throw new AppError('member_limit_exceeded', `The plan allows ${maxMembers} members, open invitations included.`);
  }
}
