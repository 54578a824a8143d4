import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import type { Tables } from '../tables.ts';

export type MemberRow = Selectable<Tables['member']>;

/** Inserts a member; the address is stored in lower case. */
export async function insertMember(tx: Kysely<Tables>, row: Insertable<Tables['member']>): Promise<void> {
  await tx.insertInto('member').values(row).execute();
}

/** A member of this account. */
export function findMember(db: Kysely<Tables>, accountId: number, id: number): Promise<MemberRow | undefined> {
  return db.selectFrom('member').selectAll().where('id', '=', id).where('account_id', '=', accountId).executeTakeFirst();
}

/** A member of any account. */
export function findAnyMember(db: Kysely<Tables>, id: number): Promise<MemberRow | undefined> {
  return db.selectFrom('member').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The member of any account with this lower-case address. */
export function findMemberByEmail(db: Kysely<Tables>, email: string): Promise<MemberRow | undefined> {
  return db.selectFrom('member').selectAll().where('email', '=', email).executeTakeFirst();
}

/** Every member of an account, oldest first. */
export function listMemberRows(db: Kysely<Tables>, accountId: number): Promise<MemberRow[]> {
  return db.selectFrom('member').selectAll().where('account_id', '=', accountId).orderBy('id').execute();
}

/** Changes a member. */
export async function updateMember(tx: Kysely<Tables>, id: number, changes: Updateable<Tables['member']>): Promise<void> {
  await tx.updateTable('member').set(changes).where('id', '=', id).execute();
}

/** The active administrator who has been in the account longest. */
export function findFirstAdministrator(db: Kysely<Tables>, accountId: number): Promise<MemberRow | undefined> {
  return db
    .selectFrom('member')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('role', '=', 'administrator')
    .where('deactivated_at', 'is', null)
    .orderBy('id')
    .executeTakeFirst();
}
