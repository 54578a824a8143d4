import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type AccountRow = Selectable<Tables['account']>;

/** Inserts an account whose id was taken from its sequence in this transaction. */
export async function insertAccount(tx: Kysely<Tables>, row: Insertable<Tables['account']>): Promise<void> {
  await tx.insertInto('account').values(row).execute();
}

/** An account by its id. */
export function findAccount(db: Kysely<Tables>, id: number): Promise<AccountRow | undefined> {
  return db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Notes the partner that made an account. */
export async function setAccountPartner(tx: Kysely<Tables>, id: number, partnerId: number): Promise<void> {
  await tx.updateTable('account').set({ partner_id: partnerId }).where('id', '=', id).execute();
}

/** Every account in ascending id. */
export function listAccounts(db: Kysely<Tables>): Promise<AccountRow[]> {
  return db.selectFrom('account').selectAll().orderBy('id').execute();
}

/** Changes plan, hold or company of an account. */
export async function updateAccount(
  tx: Kysely<Tables>,
  id: number,
  changes: Partial<Pick<AccountRow, 'plan' | 'held_at' | 'company'>>,
): Promise<void> {
  await tx.updateTable('account').set(changes).where('id', '=', id).execute();
}
