import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

/** The sealed credential properties of a source or a destination. */
export function listConnectionSecrets(
  db: Kysely<Tables>,
  connectionId: number,
): Promise<Pick<Selectable<Tables['connection_secret']>, 'property' | 'sealed'>[]> {
  return db
    .selectFrom('connection_secret')
    .select(['property', 'sealed'])
    .where('connection_id', '=', connectionId)
    .orderBy('property')
    .execute();
}

/** Stores a sealed property in place of the one before. */
export async function putConnectionSecret(
  tx: Kysely<Tables>,
  row: { connectionId: number; property: string; sealed: Uint8Array },
): Promise<void> {
  const { connectionId, property, sealed } = row;
  await tx
    .insertInto('connection_secret')
    .values({ connection_id: connectionId, property, sealed })
    .onConflict((conflict) => conflict.columns(['connection_id', 'property']).doUpdateSet({ sealed }))
    .execute();
}

/** Forgets the credentials of a connection, or one of them. */
export async function deleteConnectionSecrets(tx: Kysely<Tables>, connectionId: number, property?: string): Promise<void> {
  const all = tx.deleteFrom('connection_secret').where('connection_id', '=', connectionId);
  await (property === undefined ? all : all.where('property', '=', property)).execute();
}

/** Which properties of the account's sources, or of one of them, are sealed. */
export function listSecretNamesOfSources(
  db: Kysely<Tables>,
  { accountId, sourceId }: { accountId: number; sourceId?: number },
): Promise<Pick<Selectable<Tables['connection_secret']>, 'connection_id' | 'property'>[]> {
  const names = db
    .selectFrom('connection_secret')
    .innerJoin('connection_source', 'connection_source.id', 'connection_secret.connection_id')
    .select(['connection_secret.connection_id', 'connection_secret.property'])
    .where('connection_source.account_id', '=', accountId);
  return (sourceId === undefined ? names : names.where('connection_secret.connection_id', '=', sourceId)).execute();
}
