import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findMemberByEmail } from '../../store/queries/member.ts';
import type { Tables } from '../../store/tables.ts';

/** One address, one account, deactivated members included (web-app.md §3.1). Throws `existing_user`. */
export async function requireFreeEmail(db: Kysely<Tables>, email: string): Promise<void> {
  if ((await findMemberByEmail(db, email)) !== undefined) throw new AppError('existing_user', `A member ${email} exists already.`);
}
