import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type LoadReportRow = Selectable<Tables['load_report']>;

/** Keeps one report per load id, a load repeated after a crash reports once; tells whether it is the first. */
export async function insertLoadReport(tx: Kysely<Tables>, row: Insertable<Tables['load_report']>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('load_report')
    .values(row)
    .onConflict((conflict) => conflict.column('load_id').doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows ?? 0) > 0;
}

/**
 * Deletes reports of loads that finished before `finishedBefore` and returns how many. Looks at the `limit` oldest only, so that a turn
 * stays short: they were inserted about in the order in which they finished.
 */
export async function deleteOldLoadReports(tx: Kysely<Tables>, options: { finishedBefore: number; limit: number }): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('load_report')
    .where('seq', 'in', (eb) => eb.selectFrom('load_report').select('seq').orderBy('seq').limit(options.limit))
    .where('finished_at', '<', options.finishedBefore)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** The newest reports of all sources, newest first. */
export function listLoadReports(db: Kysely<Tables>, limit: number): Promise<LoadReportRow[]> {
  return db.selectFrom('load_report').selectAll().orderBy('seq', 'desc').limit(limit).execute();
}

/** The newest reports of a source, of one table if named, that finished since a time; newest first. */
export function listSourceReports(
  db: Kysely<Tables>,
  asked: { sourceId: number; table: string | undefined; since: number; limit: number },
): Promise<LoadReportRow[]> {
  const ofSource = db.selectFrom('load_report').selectAll().where('source_id', '=', asked.sourceId).where('finished_at', '>=', asked.since);
  const wanted = asked.table === undefined ? ofSource : ofSource.where('table_name', '=', asked.table);
  return wanted.orderBy('seq', 'desc').limit(asked.limit).execute();
}

/** The newest report of each table of a source. */
export function listNewestReports(db: Kysely<Tables>, sourceId: number): Promise<LoadReportRow[]> {
  return db
    .selectFrom('load_report')
    .selectAll()
    .where('seq', 'in', (eb) =>
      eb
        .selectFrom('load_report')
        .select(({ fn }) => fn.max<number>('seq').as('seq'))
        .where('source_id', '=', sourceId)
        .groupBy('table_name'),
    )
    .execute();
}

/** What each load of a source since a time loaded, as JSON rows per destination table. */
export function listLoadedSince(
  db: Kysely<Tables>,
  asked: { sourceId: number; since: number },
): Promise<Pick<LoadReportRow, 'table_name' | 'loaded'>[]> {
  return db
    .selectFrom('load_report')
    .select(['table_name', 'loaded'])
    .where('source_id', '=', asked.sourceId)
    .where('finished_at', '>=', asked.since)
    .execute();
}
