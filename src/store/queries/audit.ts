import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type AuditRow = Selectable<Tables['audit']>;

/** Rows of one account, newest first. */
export function listAuditRows(
  db: Kysely<Tables>,
  accountId: number,
  {
    before,
    subject,
    actor,
    limit,
  }: { before?: number | undefined; subject?: string | undefined; actor?: string | undefined; limit: number },
): Promise<AuditRow[]> {
  let query = db.selectFrom('audit').selectAll().where('account_id', '=', accountId);
  if (before !== undefined) query = query.where('seq', '<', before);
  if (subject !== undefined) query = query.where('subject', '=', subject);
  if (actor !== undefined) query = query.where('actor', '=', actor);
  return query.orderBy('seq', 'desc').limit(limit).execute();
}
