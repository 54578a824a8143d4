import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type ConnectionCheckRow = Selectable<Tables['connection_check']>;

/** Begins a check; it takes the place of the one before, running or not. */
export async function startConnectionCheck(
  tx: Kysely<Tables>,
  check: { connectionId: number; name: string; startedAt: number },
): Promise<void> {
  const begun = { name: check.name, started_at: check.startedAt, completed_at: null, error_message: null };
  await tx
    .insertInto('connection_check')
    .values({ connection_id: check.connectionId, ...begun })
    .onConflict((conflict) => conflict.column('connection_id').doUpdateSet(begun))
    .execute();
}

/** Ends a check unless a newer one took its place. */
export async function endConnectionCheck(
  tx: Kysely<Tables>,
  check: { name: string; completedAt: number; errorMessage: string | null },
): Promise<void> {
  await tx
    .updateTable('connection_check')
    .set({ completed_at: check.completedAt, error_message: check.errorMessage })
    .where('name', '=', check.name)
    .where('completed_at', 'is', null)
    .execute();
}

/** The newest check of a connection. */
export function findConnectionCheck(db: Kysely<Tables>, connectionId: number): Promise<ConnectionCheckRow | undefined> {
  return db.selectFrom('connection_check').selectAll().where('connection_id', '=', connectionId).executeTakeFirst();
}

/** Checks that have begun and not ended, oldest first. */
export function listRunningChecks(db: Kysely<Tables>, limit: number): Promise<ConnectionCheckRow[]> {
  return db.selectFrom('connection_check').selectAll().where('completed_at', 'is', null).orderBy('started_at').limit(limit).execute();
}

/** The newest checks of the account's sources, or of one of them. */
export function listChecksOfSources(
  db: Kysely<Tables>,
  { accountId, sourceId }: { accountId: number; sourceId?: number },
): Promise<ConnectionCheckRow[]> {
  const checks = db
    .selectFrom('connection_check')
    .innerJoin('connection_source', 'connection_source.id', 'connection_check.connection_id')
    .selectAll('connection_check')
    .where('connection_source.account_id', '=', accountId);
  return (sourceId === undefined ? checks : checks.where('connection_check.connection_id', '=', sourceId)).execute();
}
