import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type PartnerSecretRow = Selectable<Tables['partner_secret']>;

/** The secret with this key id, however old. */
export function findPartnerSecret(db: Kysely<Tables>, keyId: string): Promise<PartnerSecretRow | undefined> {
  return db.selectFrom('partner_secret').selectAll().where('key_id', '=', keyId).executeTakeFirst();
}

/** Inserts a secret just minted. */
export async function insertPartnerSecret(tx: Kysely<Tables>, row: PartnerSecretRow): Promise<void> {
  await tx.insertInto('partner_secret').values(row).execute();
}
