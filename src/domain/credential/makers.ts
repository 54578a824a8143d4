import type { Kysely } from 'kysely';
import { listPartnerKeyIds } from '../../store/queries/partner.ts';
import type { Tables } from '../../store/tables.ts';
import type { CredentialRow } from './find.ts';

/** With which credentials the holder of this one made what it made: a partner that was authorized again had other keys before. */
export async function listMakers(
  db: Kysely<Tables>,
  row: Pick<CredentialRow, 'id' | 'account_id' | 'partner_id'>,
): Promise<readonly number[]> {
  return row.partner_id === null ? [row.id] : listPartnerKeyIds(db, row.account_id, row.partner_id);
}
