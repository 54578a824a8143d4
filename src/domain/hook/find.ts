import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findHook, type HookRow } from '../../store/queries/hook.ts';
import type { Tables } from '../../store/tables.ts';

/** A hook of the account. Throws `invalid_id`, the same for another account's. */
export async function getHook(db: Kysely<Tables>, accountId: number, id: number): Promise<HookRow> {
  const row = await findHook(db, accountId, id);
  if (row === undefined) throw new AppError('invalid_id', `Hook not found (${id}).`);
  return row;
}
