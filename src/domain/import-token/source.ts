import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { findSource, type SourceRow } from '../../store/queries/source.ts';
import type { Tables } from '../../store/tables.ts';
import { getLiveSource, unknownSource } from '../source/find.ts';

/** The live Import API source tokens are made for. Throws `invalid_id`, `invalid_type`. */
export async function getLiveImportSource(db: Kysely<Tables>, accountId: number, sourceId: number): Promise<SourceRow> {
  return requireImportSource(await getLiveSource(db, accountId, sourceId));
}

/** An Import API source in any state. Throws `invalid_id`, `invalid_type`. */
export async function getImportSource(db: Kysely<Tables>, accountId: number, sourceId: number): Promise<SourceRow> {
  const source = await findSource(db, accountId, sourceId);
  if (source === undefined) throw unknownSource(sourceId);
  return requireImportSource(source);
}

function requireImportSource(source: SourceRow): SourceRow {
  if (source.type !== 'import_api') throw new AppError('invalid_type', `Sources of this type have no tokens (${source.type}).`);
  return source;
}
