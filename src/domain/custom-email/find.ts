import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findCustomEmail, type CustomEmailRow } from '../../store/queries/custom-email.ts';
import type { Tables } from '../../store/tables.ts';

/** An address of the account. Throws `invalid_id`, the same for another account's. */
export async function getCustomEmail(db: Kysely<Tables>, accountId: number, id: number): Promise<CustomEmailRow> {
  const row = await findCustomEmail(db, accountId, id);
  if (row === undefined) throw new AppError('invalid_id', `Custom e-mail address not found (${id}).`);
  return row;
}
