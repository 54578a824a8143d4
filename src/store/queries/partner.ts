import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import type { Tables } from '../tables.ts';

export type PartnerRow = Selectable<Tables['partner']>;
export type PartnerSecretRow = Selectable<Tables['partner_secret']>;

/** Inserts a partner whose id was taken from its sequence in this transaction. */
export async function insertPartner(tx: Kysely<Tables>, row: Insertable<Tables['partner']>): Promise<void> {
  await tx.insertInto('partner').values(row).execute();
}

/** A partner in any state. */
export function findPartner(db: Kysely<Tables>, id: number): Promise<PartnerRow | undefined> {
  return db.selectFrom('partner').selectAll().where('id', '=', id).executeTakeFirst();
}

/** A partner in any state by what it is called on the wire. */
export function findPartnerByClientId(db: Kysely<Tables>, clientId: string): Promise<PartnerRow | undefined> {
  return db.selectFrom('partner').selectAll().where('client_id', '=', clientId).executeTakeFirst();
}

/** The registered partners that are not removed, oldest first. */
export function listPartnerRows(db: Kysely<Tables>): Promise<PartnerRow[]> {
  return db.selectFrom('partner').selectAll().where('client_id', 'is not', null).where('removed_at', 'is', null).orderBy('id').execute();
}

/** Changes a partner and returns the whole row. */
export function updatePartner(tx: Kysely<Tables>, id: number, changes: Updateable<Tables['partner']>): Promise<PartnerRow> {
  return tx.updateTable('partner').set(changes).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

/** Inserts a secret. */
export async function insertPartnerSecret(tx: Kysely<Tables>, row: PartnerSecretRow): Promise<void> {
  await tx.insertInto('partner_secret').values(row).execute();
}

/** The secret with these 12 characters, however old. */
export function findPartnerSecret(db: Kysely<Tables>, keyId: string): Promise<PartnerSecretRow | undefined> {
  return db.selectFrom('partner_secret').selectAll().where('key_id', '=', keyId).executeTakeFirst();
}

/** Secrets of one partner, newest first. */
export function listPartnerSecrets(db: Kysely<Tables>, partnerId: number): Promise<PartnerSecretRow[]> {
  return db.selectFrom('partner_secret').selectAll().where('partner_id', '=', partnerId).orderBy('created_at', 'desc').execute();
}

/** Says when a secret ends. */
export async function expirePartnerSecret(tx: Kysely<Tables>, keyId: string, expiresAt: number): Promise<void> {
  await tx.updateTable('partner_secret').set({ expires_at: expiresAt }).where('key_id', '=', keyId).execute();
}

/** Deletes all secrets of a partner, or those that ended by then. */
export async function deletePartnerSecrets(tx: Kysely<Tables>, partnerId: number, endedBy?: number): Promise<void> {
  const query = tx.deleteFrom('partner_secret').where('partner_id', '=', partnerId);
  await (endedBy === undefined ? query : query.where('expires_at', '<=', endedBy)).execute();
}

/** Keys of a partner on all accounts that are not deleted. */
export function listKeysOfPartner(db: Kysely<Tables>, partnerId: number): Promise<Selectable<Tables['credential']>[]> {
  return db
    .selectFrom('credential')
    .selectAll()
    .where('kind', '=', 'partner_key')
    .where('partner_id', '=', partnerId)
    .where('state', '!=', 'deleted')
    .orderBy('id')
    .execute();
}

/** The newest key of a partner on an account, in any state. */
export function findNewestPartnerKey(
  db: Kysely<Tables>,
  accountId: number,
  partnerId: number,
): Promise<Selectable<Tables['credential']> | undefined> {
  return db
    .selectFrom('credential')
    .selectAll()
    .where('kind', '=', 'partner_key')
    .where('account_id', '=', accountId)
    .where('partner_id', '=', partnerId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Ids of all keys a partner ever had on an account. */
export async function listPartnerKeyIds(db: Kysely<Tables>, accountId: number, partnerId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('credential')
    .select('id')
    .where('kind', '=', 'partner_key')
    .where('account_id', '=', accountId)
    .where('partner_id', '=', partnerId)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}
