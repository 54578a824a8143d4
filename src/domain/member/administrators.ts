import type { Kysely, Transaction } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { listMemberRows, type MemberRow } from '../../store/queries/member.ts';
import { deletePasswordLinks, endInvitationsOf } from '../../store/queries/people.ts';
import type { Tables } from '../../store/tables.ts';

/** Throws `last_administrator` when the account would have no active Administrator without this member. */
export async function requireAnotherAdministrator(db: Kysely<Tables>, { account_id: accountId, id }: MemberRow): Promise<void> {
  const members = await listMemberRows(db, accountId);
  const others = members.filter((member) => member.id !== id && member.role === 'administrator' && member.deactivated_at === null);
  if (others.length === 0) throw new AppError('last_administrator', 'The account would have no Administrator left.');
}

/**
 * Ends what somebody who is no Administrator any more may still hold: links of invitations, and links to other members' passwords.
 * Returns how many invitations it ended.
 */
export async function endHandedLinks(tx: Transaction<Tables>, { account_id: accountId, id }: MemberRow, now: number): Promise<number> {
  await deletePasswordLinks(tx, accountId);
  return endInvitationsOf(tx, id, now);
}
