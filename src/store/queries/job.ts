/** Extraction jobs of sources. */
import type { Kysely, Selectable, SelectQueryBuilder } from 'kysely';
import type { Tables } from '../tables.ts';

export type JobRow = Selectable<Tables['job']>;

/** The job of a source that has not completed. */
export function findRunningJob(db: Kysely<Tables>, sourceId: number): Promise<JobRow | undefined> {
  return db.selectFrom('job').selectAll().where('source_id', '=', sourceId).where('completed_at', 'is', null).executeTakeFirst();
}

/** When the newest jobs of the account's sources began, or of one of them; null for a source that had none. */
export function listLastStarts(
  db: Kysely<Tables>,
  { accountId, sourceId }: { accountId: number; sourceId?: number },
): Promise<{ source_id: number; started_at: number | null }[]> {
  const starts = db
    .selectFrom('connection_source')
    .select((eb) => {
      const jobs = eb.selectFrom('job').select('job.started_at').whereRef('job.source_id', '=', 'connection_source.id');
      const running = jobs.where('job.completed_at', 'is', null);
      const completed = jobs.where('job.completed_at', 'is not', null).orderBy('job.completed_at', 'desc').limit(1);
      return ['connection_source.id as source_id', eb.fn.coalesce(running, completed).as('started_at')];
    })
    .where('connection_source.account_id', '=', accountId);
  return (sourceId === undefined ? starts : starts.where('connection_source.id', '=', sourceId)).execute();
}

/** Ends the job of a source that runs, as a person or a deletion stops it; undefined when none runs (connect-api.md §8.3). */
export function terminateJob(tx: Kysely<Tables>, sourceId: number, now: number): Promise<JobRow | undefined> {
  return tx
    .updateTable('job')
    .set({
      completed_at: now,
      discovery_exit_status: null,
      discovery_description: 'Terminated',
      tap_exit_status: null,
      tap_description: 'Terminated',
      target_exit_status: null,
      target_description: 'Terminated',
    })
    .where('source_id', '=', sourceId)
    .where('completed_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

interface CompletedJobs {
  readonly accountId: number;
  readonly completedSince: number;
}

/** How many sources of an account completed a job since a time. */
export async function countLastJobs(db: Kysely<Tables>, asked: CompletedJobs): Promise<number> {
  const { n } = await lastJobs(db, asked)
    .select((eb) => eb.fn.countAll<number | string | bigint>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** The job each source of an account completed last, by source. */
export function listLastJobs(
  db: Kysely<Tables>,
  asked: CompletedJobs & { readonly offset: number; readonly limit: number },
): Promise<(JobRow & { source_type: string })[]> {
  return lastJobs(db, asked)
    .selectAll('job')
    .select('connection_source.type as source_type')
    .orderBy('job.source_id')
    .limit(asked.limit)
    .offset(asked.offset)
    .execute();
}

function lastJobs(
  db: Kysely<Tables>,
  { accountId, completedSince }: CompletedJobs,
): SelectQueryBuilder<Tables, 'job' | 'connection_source', object> {
  return db
    .selectFrom('job')
    .innerJoin('connection_source', 'connection_source.id', 'job.source_id')
    .where('connection_source.account_id', '=', accountId)
    .where('job.completed_at', '>=', completedSince)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('job as later')
            .select('later.name')
            .whereRef('later.source_id', '=', 'job.source_id')
            .where((later) =>
              later.or([
                later('later.completed_at', '>', later.ref('job.completed_at')),
                // Of two that completed within one millisecond one is shown.
                later.and([
                  later('later.completed_at', '=', later.ref('job.completed_at')),
                  later('later.name', '>', later.ref('job.name')),
                ]),
              ]),
            ),
        ),
      ),
    );
}
