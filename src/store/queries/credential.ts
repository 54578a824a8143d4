import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import type { Tables } from '../tables.ts';

export type CredentialRow = Selectable<Tables['credential']>;

/** Inserts a credential; its slot is refused by a unique index when taken. */
export async function insertCredential(tx: Kysely<Tables>, row: Insertable<Tables['credential']>): Promise<void> {
  await tx.insertInto('credential').values(row).execute();
}

/** A credential in any state, deleted included. */
export function findCredential(db: Kysely<Tables>, id: number): Promise<CredentialRow | undefined> {
  return db.selectFrom('credential').selectAll().where('id', '=', id).executeTakeFirst();
}

/** A credential in any state by the 12 characters that are part of the token. */
export function findCredentialByKeyId(db: Kysely<Tables>, keyId: string): Promise<CredentialRow | undefined> {
  return db.selectFrom('credential').selectAll().where('key_id', '=', keyId).executeTakeFirst();
}

/** The account's API keys that are not deleted, oldest first. */
export function listApiKeyRows(db: Kysely<Tables>, accountId: number): Promise<CredentialRow[]> {
  return db
    .selectFrom('credential')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('kind', '=', 'api_key')
    .where('state', '!=', 'deleted')
    .orderBy('id')
    .execute();
}

/** The source's import tokens that are not deleted, newest first. */
export function listImportTokenRows(db: Kysely<Tables>, sourceId: number): Promise<CredentialRow[]> {
  return db
    .selectFrom('credential')
    .selectAll()
    .where('source_id', '=', sourceId)
    .where('kind', '=', 'import_token')
    .where('state', '!=', 'deleted')
    .orderBy('id', 'desc')
    .execute();
}

/** Still enabled credentials that this credential created. */
export function listEnabledChildren(db: Kysely<Tables>, credentialId: number): Promise<CredentialRow[]> {
  return db
    .selectFrom('credential')
    .selectAll()
    .where('created_by_credential', '=', credentialId)
    .where('state', '=', 'enabled')
    .orderBy('id')
    .execute();
}

/** Changes a credential and returns the whole row. */
export function updateCredential(tx: Kysely<Tables>, id: number, changes: Updateable<Tables['credential']>): Promise<CredentialRow> {
  return tx.updateTable('credential').set(changes).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

/** Key ids and ids of deleted credentials above `afterId`, in id order, for reconciling with the log of revocations. */
export function listDeletedCredentials(
  db: Kysely<Tables>,
  afterId: number,
  limit: number,
): Promise<Pick<CredentialRow, 'id' | 'key_id' | 'state_changed_at'>[]> {
  return db
    .selectFrom('credential')
    .select(['id', 'key_id', 'state_changed_at'])
    .where('state', '=', 'deleted')
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute();
}
