import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type EphemeralTokenRow = Selectable<Tables['ephemeral_token']>;

/** Inserts a token. */
export async function insertEphemeralToken(tx: Kysely<Tables>, row: Insertable<Tables['ephemeral_token']>): Promise<void> {
  await tx.insertInto('ephemeral_token').values(row).execute();
}

/** The token with this digest, however old it is. */
export function findEphemeralToken(db: Kysely<Tables>, digest: Uint8Array): Promise<EphemeralTokenRow | undefined> {
  return db.selectFrom('ephemeral_token').selectAll().where('digest', '=', digest).executeTakeFirst();
}

/** Takes the token with this digest away, however old it is; undefined when there is none. */
export function takeEphemeralTokenRow(tx: Kysely<Tables>, digest: Uint8Array): Promise<EphemeralTokenRow | undefined> {
  return tx.deleteFrom('ephemeral_token').where('digest', '=', digest).returningAll().executeTakeFirst();
}

/** Ends every token made with a credential. */
export async function deleteEphemeralTokensOf(tx: Kysely<Tables>, credentialId: number): Promise<void> {
  await tx.deleteFrom('ephemeral_token').where('credential_id', '=', credentialId).execute();
}
