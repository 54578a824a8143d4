import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** E-mail addresses of members. */
export async function listMemberEmails(db: Kysely<Tables>, ids: readonly number[]): Promise<{ id: number; email: string }[]> {
  return ids.length === 0 ? [] : db.selectFrom('member').select(['id', 'email']).where('id', 'in', ids).execute();
}

/** The last four characters of credentials in any state, and the names of the partners that hold them. */
export async function listCredentialNames(
  db: Kysely<Tables>,
  ids: readonly number[],
): Promise<{ id: number; last4: string; partner: string | null }[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('credential')
    .leftJoin('partner', 'partner.id', 'credential.partner_id')
    .select(['credential.id', 'credential.last4', 'partner.name as partner'])
    .where('credential.id', 'in', ids)
    .execute();
}

/** Names of partners. */
export async function listPartnerNames(db: Kysely<Tables>, ids: readonly number[]): Promise<{ id: number; name: string }[]> {
  return ids.length === 0 ? [] : db.selectFrom('partner').select(['id', 'name']).where('id', 'in', ids).execute();
}
