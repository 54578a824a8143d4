import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findDestination, listLiveDestinations } from '../../store/queries/destination.ts';
import type { Tables } from '../../store/tables.ts';

/** The destination a source maps to: the one asked for, else the account's only one, else none. Throws `invalid_id`. */
export async function chooseDestination(db: Kysely<Tables>, accountId: number, asked: number | undefined): Promise<number | null> {
  if (asked === undefined) {
    const [first, second] = await listLiveDestinations(db, accountId);
    return first !== undefined && second === undefined ? first.id : null;
  }
  const destination = await findDestination(db, accountId, asked);
  if (destination === undefined || destination.deleted_at !== null) throw new AppError('invalid_id', `Destination not found (${asked}).`);
  return destination.id;
}
