import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findDestination, type DestinationRow } from '../../store/queries/destination.ts';
import type { Tables } from '../../store/tables.ts';

/** A destination of the account that is not deleted. Throws `invalid_id`: the same for one that is absent, deleted or another account's. */
export async function getLiveDestination(db: Kysely<Tables>, accountId: number, destinationId: number): Promise<DestinationRow> {
  const row = await findDestination(db, accountId, destinationId);
  if (row === undefined || row.deleted_at !== null) {
    throw new AppError('invalid_id', `There is no destination ${destinationId} of client ${accountId}.`);
  }
  return row;
}
