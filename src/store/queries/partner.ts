import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type PartnerRow = Selectable<Tables['partner']>;

/** A partner in any state. */
export function findPartner(db: Kysely<Tables>, id: number): Promise<PartnerRow | undefined> {
  return db.selectFrom('partner').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The partner with this id on the wire, in any state. */
export function findPartnerByClientId(db: Kysely<Tables>, clientId: string): Promise<PartnerRow | undefined> {
  return db.selectFrom('partner').selectAll().where('client_id', '=', clientId).executeTakeFirst();
}
