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

/** API keys of an account or import tokens of a source deleted since a time and not marked as compromised. */
export function listRestorable(
  db: Kysely<Tables>,
  of: { kind: 'api_key'; accountId: number } | { kind: 'import_token'; sourceId: number },
  deletedSince: number,
): Promise<CredentialRow[]> {
  const deleted = db
    .selectFrom('credential')
    .selectAll()
    .where('kind', '=', of.kind)
    .where('state', '=', 'deleted')
    .where('compromised', '=', 0)
    .where('state_changed_at', '>=', deletedSince)
    .orderBy('id');
  return of.kind === 'api_key'
    ? deleted.where('account_id', '=', of.accountId).execute()
    : deleted.where('source_id', '=', of.sourceId).execute();
}

/** The account's partner keys that are not deleted, oldest first. */
export function listPartnerKeyRows(db: Kysely<Tables>, accountId: number): Promise<CredentialRow[]> {
  return db
    .selectFrom('credential')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('kind', '=', 'partner_key')
    .where('state', '!=', 'deleted')
    .orderBy('id')
    .execute();
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

/** Credentials that this credential created, in any state. */
export function listChildren(db: Kysely<Tables>, credentialId: number): Promise<CredentialRow[]> {
  return db.selectFrom('credential').selectAll().where('created_by_credential', '=', credentialId).orderBy('id').execute();
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

/** How many enabled import tokens that have not expired each source of an account has. */
export function countLiveTokens(
  db: Kysely<Tables>,
  accountId: number,
  now: number,
): Promise<{ source_id: number | null; tokens: number | string | bigint }[]> {
  return db
    .selectFrom('credential')
    .select(({ fn }) => ['source_id', fn.countAll<number | string | bigint>().as('tokens')])
    .where('account_id', '=', accountId)
    .where('kind', '=', 'import_token')
    .where('state', '=', 'enabled')
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .groupBy('source_id')
    .execute();
}
