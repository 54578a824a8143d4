import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

/** A notice with where it goes; null: nowhere any more. */
type DueNoticeRow = Selectable<Tables['partner_notice']> & Pick<Selectable<Tables['partner']>, 'sealed_notice_url'>;

/** Inserts a notice. */
export async function insertPartnerNotice(tx: Kysely<Tables>, row: Insertable<Tables['partner_notice']>): Promise<void> {
  await tx.insertInto('partner_notice').values(row).execute();
}

/**
 * Of each account and partner that is not suspended the oldest notice, where that is due: what follows waits for it, so that a partner hears
 * everything about an account in order, and no account holds up what is said of another.
 */
export function listDueNotices(db: Kysely<Tables>, now: number, limit: number): Promise<DueNoticeRow[]> {
  return db
    .selectFrom('partner_notice')
    .innerJoin('partner', 'partner.id', 'partner_notice.partner_id')
    .selectAll('partner_notice')
    .select('partner.sealed_notice_url')
    .where('partner_notice.id', 'in', (eb) =>
      eb
        .selectFrom('partner_notice')
        .select(({ fn }) => fn.min<number>('id').as('id'))
        .groupBy(['partner_id', 'account_id']),
    )
    .where('next_attempt_at', '<=', now)
    .where('partner.suspended_at', 'is', null)
    .orderBy('partner_notice.id')
    .limit(limit)
    .execute();
}

/** Puts a notice off; nothing when it is gone. */
export async function postponeNotice(
  tx: Kysely<Tables>,
  id: number,
  changes: { attempts: number; next_attempt_at: number },
): Promise<void> {
  await tx.updateTable('partner_notice').set(changes).where('id', '=', id).execute();
}

/** Deletes a notice. */
export async function deleteNotice(tx: Kysely<Tables>, id: number): Promise<void> {
  await tx.deleteFrom('partner_notice').where('id', '=', id).execute();
}

/** Deletes what a partner has yet to be told. */
export async function deleteNoticesOf(tx: Kysely<Tables>, partnerId: number): Promise<void> {
  await tx.deleteFrom('partner_notice').where('partner_id', '=', partnerId).execute();
}
