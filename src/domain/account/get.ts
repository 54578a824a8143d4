import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findAccount, type AccountRow } from '../../store/queries/account.ts';
import type { Tables } from '../../store/tables.ts';

export type { AccountRow };

/** The account's row. Throws `invalid_id`. */
export async function getAccount(db: Kysely<Tables>, accountId: number): Promise<AccountRow> {
  const account = await findAccount(db, accountId);
  if (account === undefined) throw new AppError('invalid_id', `Account not found (${accountId}).`);
  return account;
}
