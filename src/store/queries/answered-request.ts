import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type AnsweredRequestRow = Selectable<Tables['answered_request']>;

/** The answered creation with this key of this actor. */
export function findAnsweredRequest(
  db: Kysely<Tables>,
  asked: Pick<AnsweredRequestRow, 'account_id' | 'actor' | 'verb' | 'idempotency_key'>,
): Promise<AnsweredRequestRow | undefined> {
  return db
    .selectFrom('answered_request')
    .selectAll()
    .where('account_id', '=', asked.account_id)
    .where('actor', '=', asked.actor)
    .where('verb', '=', asked.verb)
    .where('idempotency_key', '=', asked.idempotency_key)
    .executeTakeFirst();
}

/** Remembers a creation; the primary key refuses a second one of the same key. */
export async function insertAnsweredRequest(tx: Kysely<Tables>, row: AnsweredRequestRow): Promise<void> {
  await tx.insertInto('answered_request').values(row).execute();
}

/** Forgets what was answered before a time. */
export async function deleteOldAnswers(tx: Kysely<Tables>, createdBefore: number): Promise<void> {
  await tx.deleteFrom('answered_request').where('created_at', '<', createdBefore).execute();
}
