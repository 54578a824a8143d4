import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findMember, type MemberRow } from '../../store/queries/member.ts';
import type { Tables } from '../../store/tables.ts';

export type { MemberRow };

/** A member of this account. Throws `invalid_id`. */
export async function getMember(db: Kysely<Tables>, accountId: number, id: number): Promise<MemberRow> {
  const member = await findMember(db, accountId, id);
  if (member === undefined) throw new AppError('invalid_id', `Member not found (${id}).`);
  return member;
}
