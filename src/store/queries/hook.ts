import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import type { Tables } from '../tables.ts';

export type HookRow = Selectable<Tables['hook']>;

/** Inserts a hook. */
export async function insertHook(tx: Kysely<Tables>, row: Insertable<Tables['hook']>): Promise<void> {
  await tx.insertInto('hook').values(row).execute();
}

/** A hook of this account. */
export function findHook(db: Kysely<Tables>, accountId: number, id: number): Promise<HookRow | undefined> {
  return db.selectFrom('hook').selectAll().where('id', '=', id).where('account_id', '=', accountId).executeTakeFirst();
}

/** The hooks of an account, oldest first. */
export function listHookRows(db: Kysely<Tables>, accountId: number): Promise<HookRow[]> {
  return db.selectFrom('hook').selectAll().where('account_id', '=', accountId).orderBy('id').execute();
}

/** The hooks of a destination, oldest first. */
export function listHooksOfDestination(db: Kysely<Tables>, destinationId: number): Promise<HookRow[]> {
  return db.selectFrom('hook').selectAll().where('destination_id', '=', destinationId).orderBy('id').execute();
}

/** Hooks a credential made that are not disabled. */
export function listHooksMadeBy(db: Kysely<Tables>, credentialId: number): Promise<HookRow[]> {
  return db
    .selectFrom('hook')
    .selectAll()
    .where('created_by_credential', '=', credentialId)
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .execute();
}

/** Changes a hook and returns the whole row. */
export function updateHook(tx: Kysely<Tables>, id: number, changes: Updateable<Tables['hook']>): Promise<HookRow> {
  return tx.updateTable('hook').set(changes).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

/** Deletes a hook, of which no delivery may wait any more. */
export async function deleteHookRow(tx: Kysely<Tables>, id: number): Promise<void> {
  await tx.deleteFrom('hook').where('id', '=', id).execute();
}
