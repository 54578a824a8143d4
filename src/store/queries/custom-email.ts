import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type CustomEmailRow = Selectable<Tables['custom_email']>;

/** Inserts an address. */
export async function insertCustomEmail(tx: Kysely<Tables>, row: Insertable<Tables['custom_email']>): Promise<void> {
  await tx.insertInto('custom_email').values(row).execute();
}

/** An address of this account. */
export function findCustomEmail(db: Kysely<Tables>, accountId: number, id: number): Promise<CustomEmailRow | undefined> {
  return db.selectFrom('custom_email').selectAll().where('id', '=', id).where('account_id', '=', accountId).executeTakeFirst();
}

/** The addresses of an account, oldest first. */
export function listCustomEmailRows(db: Kysely<Tables>, accountId: number): Promise<CustomEmailRow[]> {
  return db.selectFrom('custom_email').selectAll().where('account_id', '=', accountId).orderBy('id').execute();
}

/** Addresses a credential made that are not disabled. */
export function listCustomEmailsMadeBy(db: Kysely<Tables>, credentialId: number): Promise<CustomEmailRow[]> {
  return db
    .selectFrom('custom_email')
    .selectAll()
    .where('created_by_credential', '=', credentialId)
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .execute();
}

/** Disables an address, or with null enables it. */
export async function updateCustomEmail(tx: Kysely<Tables>, id: number, disabledAt: number | null): Promise<void> {
  await tx.updateTable('custom_email').set({ disabled_at: disabledAt }).where('id', '=', id).execute();
}

/** Deletes an address. */
export async function deleteCustomEmailRow(tx: Kysely<Tables>, id: number): Promise<void> {
  await tx.deleteFrom('custom_email').where('id', '=', id).execute();
}
