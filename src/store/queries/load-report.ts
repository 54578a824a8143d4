import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type LoadReportRow = Selectable<Tables['load_report']>;

/** Keeps one report per load id: a load repeated after a crash reports once. */
export async function insertLoadReport(tx: Kysely<Tables>, row: Insertable<Tables['load_report']>): Promise<void> {
  await tx
    .insertInto('load_report')
    .values(row)
    .onConflict((conflict) => conflict.column('load_id').doNothing())
    .execute();
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
