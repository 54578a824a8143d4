import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import type { Tables } from '../tables.ts';

export type DestinationRow = Selectable<Tables['connection_destination']>;

/** Inserts a destination whose id was taken from the sequence it shares with sources. */
export async function insertDestination(tx: Kysely<Tables>, row: Insertable<Tables['connection_destination']>): Promise<void> {
  await tx.insertInto('connection_destination').values(row).execute();
}

/** A destination of this account in any state. */
export function findDestination(db: Kysely<Tables>, accountId: number, id: number): Promise<DestinationRow | undefined> {
  return db.selectFrom('connection_destination').selectAll().where('id', '=', id).where('account_id', '=', accountId).executeTakeFirst();
}

/** A destination by its id alone, for Thimble's own use. */
export function findDestinationOfAnyAccount(db: Kysely<Tables>, id: number): Promise<DestinationRow | undefined> {
  return db.selectFrom('connection_destination').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The account's destinations that are not deleted, oldest first. */
export function listLiveDestinations(db: Kysely<Tables>, accountId: number): Promise<DestinationRow[]> {
  return db
    .selectFrom('connection_destination')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute();
}

/** What partners created and that is not deleted: everything, or of one partner, account or destination. */
export function listPartnerDestinations(
  db: Kysely<Tables>,
  of: { partnerId?: number; accountId?: number; destinationId?: number },
): Promise<DestinationRow[]> {
  const { partnerId, accountId, destinationId } = of;
  return db
    .selectFrom('connection_destination')
    .selectAll()
    .where('partner_id', 'is not', null)
    .where('deleted_at', 'is', null)
    .$if(partnerId !== undefined, (query) => query.where('partner_id', '=', partnerId ?? null))
    .$if(accountId !== undefined, (query) => query.where('account_id', '=', accountId ?? 0))
    .$if(destinationId !== undefined, (query) => query.where('id', '=', destinationId ?? 0))
    .orderBy('id')
    .execute();
}

/** Changes a destination and returns the whole row. */
export function updateDestinationRow(
  tx: Kysely<Tables>,
  id: number,
  changes: Updateable<Tables['connection_destination']>,
): Promise<DestinationRow> {
  return tx.updateTable('connection_destination').set(changes).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}
