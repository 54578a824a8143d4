import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findSource, type SourceRow } from '../../store/queries/source.ts';
import type { Tables } from '../../store/tables.ts';

/** The same answer for a source that is absent, deleted or another account's. */
export function unknownSource(sourceId: number): AppError<'invalid_id'> {
  return new AppError('invalid_id', `Source not found (${sourceId}).`);
}

/** A source of the account that is not deleted. Throws `invalid_id`. */
export async function getLiveSource(db: Kysely<Tables>, accountId: number, sourceId: number): Promise<SourceRow> {
  const source = await findSource(db, accountId, sourceId);
  if (source === undefined || source.deleted_at !== null) throw unknownSource(sourceId);
  return source;
}
