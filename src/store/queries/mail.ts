import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import type { Tables } from '../tables.ts';

export type MailRow = Selectable<Tables['mail']>;

/** Inserts a message. */
export async function insertMail(tx: Kysely<Tables>, row: Insertable<Tables['mail']>): Promise<void> {
  await tx.insertInto('mail').values(row).execute();
}

/** Messages to send by now, oldest first. */
export function listDueMail(db: Kysely<Tables>, now: number, limit: number): Promise<MailRow[]> {
  return db
    .selectFrom('mail')
    .selectAll()
    .where('sent_at', 'is', null)
    .where('next_attempt_at', '<=', now)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** The newest messages. */
export function listMailRows(db: Kysely<Tables>, limit: number): Promise<MailRow[]> {
  return db.selectFrom('mail').selectAll().orderBy('id', 'desc').limit(limit).execute();
}

/** A message by its id. */
export function findMail(db: Kysely<Tables>, id: number): Promise<MailRow | undefined> {
  return db.selectFrom('mail').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Changes a message. */
export async function updateMail(tx: Kysely<Tables>, id: number, changes: Updateable<Tables['mail']>): Promise<void> {
  await tx.updateTable('mail').set(changes).where('id', '=', id).execute();
}

/** Removes messages older than that. */
export async function deleteOldMail(tx: Kysely<Tables>, before: number): Promise<void> {
  await tx.deleteFrom('mail').where('created_at', '<', before).execute();
}
