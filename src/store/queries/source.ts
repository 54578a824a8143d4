import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import type { Tables } from '../tables.ts';

export type SourceRow = Selectable<Tables['connection_source']>;

/** Inserts a source; a name used by a live source of the account is refused by a unique index. */
export async function insertSource(tx: Kysely<Tables>, row: Insertable<Tables['connection_source']>): Promise<void> {
  await tx.insertInto('connection_source').values(row).execute();
}

/** A source of this account in any state, deleted included. */
export function findSource(db: Kysely<Tables>, accountId: number, id: number): Promise<SourceRow | undefined> {
  return db.selectFrom('connection_source').selectAll().where('id', '=', id).where('account_id', '=', accountId).executeTakeFirst();
}

/** A source by its id alone, for Thimble's own use and the operator. */
export function findSourceOfAnyAccount(db: Kysely<Tables>, id: number): Promise<SourceRow | undefined> {
  return db.selectFrom('connection_source').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The live source that owns a schema name in this account. */
export function findLiveSourceByName(db: Kysely<Tables>, accountId: number, name: string): Promise<SourceRow | undefined> {
  return db
    .selectFrom('connection_source')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** Every source of the account in ascending id, deleted ones included. */
export function listSources(db: Kysely<Tables>, accountId: number): Promise<SourceRow[]> {
  return db.selectFrom('connection_source').selectAll().where('account_id', '=', accountId).orderBy('id').execute();
}

/** Changes a source and returns the whole row. */
export function updateSourceRow(tx: Kysely<Tables>, id: number, changes: Updateable<Tables['connection_source']>): Promise<SourceRow> {
  return tx.updateTable('connection_source').set(changes).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

/** Sources of every account and state with an id above `aboveId`, in id order. */
export function listSourcesAbove(db: Kysely<Tables>, aboveId: number, limit: number): Promise<SourceRow[]> {
  return db.selectFrom('connection_source').selectAll().where('id', '>', aboveId).orderBy('id').limit(limit).execute();
}

/** The account's sources that are not deleted and load into this destination, or into none. */
export function listLiveSourcesOf(db: Kysely<Tables>, accountId: number, destinationId: number | null): Promise<SourceRow[]> {
  return db
    .selectFrom('connection_source')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .where('destination_id', destinationId === null ? 'is' : '=', destinationId)
    .orderBy('id')
    .execute();
}

/** When a source received something last. */
export async function updateLastReceived(tx: Kysely<Tables>, { sourceId, at }: { sourceId: number; at: number }): Promise<void> {
  await tx.updateTable('connection_source').set({ last_received_at: at }).where('id', '=', sourceId).execute();
}

/** The types of the account's sources that are not deleted, each once. */
export async function listLiveTypes(db: Kysely<Tables>, accountId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('connection_source')
    .select('type')
    .distinct()
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .execute();
  return rows.map(({ type }) => type);
}
