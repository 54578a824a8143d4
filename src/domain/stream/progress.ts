import type { Kysely } from 'kysely';
import { listStreams } from '../../store/queries/stream.ts';
import type { Tables } from '../../store/tables.ts';
import { isReplicated, viewStream } from './view.ts';

/** How far the choice of streams is: what moves a report card past `discover_schema` and `field_selection` (connect-api.md §6.2). */
export interface StreamProgress {
  /** Discovery found at least one stream. */
  readonly discovered: boolean;
  /** At least one stream is selected and has a field that is replicated. */
  readonly selected: boolean;
}

/** Reads the progress of a source. */
export async function readStreamProgress(db: Kysely<Tables>, sourceId: number): Promise<StreamProgress> {
  const rows = await listStreams(db, sourceId);
  return { discovered: rows.length > 0, selected: rows.some((row) => isReplicated(viewStream(row))) };
}
