import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type AlertRow = Selectable<Tables['alert']>;

/** Raises an alert unless one is open for its subject; tells whether it did. */
export async function insertAlert(tx: Kysely<Tables>, row: Insertable<Tables['alert']>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('alert')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows ?? 0) > 0;
}

/** Clears the open alerts of these subjects and returns them. */
export function clearAlerts(tx: Kysely<Tables>, subjects: readonly string[], clearedAt: number): Promise<AlertRow[]> {
  return tx
    .updateTable('alert')
    .set({ cleared_at: clearedAt })
    .where('subject', 'in', subjects)
    .where('cleared_at', 'is', null)
    .returningAll()
    .execute();
}

/** Gives the open alert of a subject another message. */
export async function rewordAlert(tx: Kysely<Tables>, subject: string, message: string): Promise<void> {
  await tx.updateTable('alert').set({ message }).where('subject', '=', subject).where('cleared_at', 'is', null).execute();
}

/** Alerts that last, oldest first. */
export function listOpenAlerts(db: Kysely<Tables>): Promise<AlertRow[]> {
  return db.selectFrom('alert').selectAll().where('cleared_at', 'is', null).orderBy('id').execute();
}

/** Alerts of an account that last, newest first. */
export function listOpenAlertsOf(db: Kysely<Tables>, accountId: number): Promise<AlertRow[]> {
  return db
    .selectFrom('alert')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('cleared_at', 'is', null)
    .orderBy('id', 'desc')
    .execute();
}

/** Marks a lasting alert of an account as dismissed; undefined when there is none that is not. */
export function dismissAlertRow(
  tx: Kysely<Tables>,
  alert: { id: number; accountId: number; dismissedAt: number },
): Promise<AlertRow | undefined> {
  return tx
    .updateTable('alert')
    .set({ dismissed_at: alert.dismissedAt })
    .where('id', '=', alert.id)
    .where('account_id', '=', alert.accountId)
    .where('cleared_at', 'is', null)
    .where('dismissed_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}
