import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { listMemberRows, type MemberRow } from '../../store/queries/member.ts';
import type { Tables } from '../../store/tables.ts';

/** Throws `last_administrator` when the account would have no active Administrator without this member. */
export async function requireAnotherAdministrator(db: Kysely<Tables>, { account_id: accountId, id }: MemberRow): Promise<void> {
  const members = await listMemberRows(db, accountId);
  const others = members.filter((member) => member.id !== id && member.role === 'administrator' && member.deactivated_at === null);
  if (others.length === 0) throw new AppError('last_administrator', 'The account would have no Administrator left.');
}
