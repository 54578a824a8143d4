import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type SessionRow = Selectable<Tables['session']>;

/** Inserts a session whose id was taken from its sequence in this transaction. */
export async function insertSession(tx: Kysely<Tables>, row: Insertable<Tables['session']>): Promise<void> {
  await tx.insertInto('session').values(row).execute();
}

/** The session whose secret has this digest, however old. */
export function findSessionByDigest(db: Kysely<Tables>, digest: Uint8Array): Promise<SessionRow | undefined> {
  return db.selectFrom('session').selectAll().where('digest', '=', digest).executeTakeFirst();
}

/** A session of this member, however old. */
export function findSession(db: Kysely<Tables>, memberId: number, id: number): Promise<SessionRow | undefined> {
  return db.selectFrom('session').selectAll().where('id', '=', id).where('member_id', '=', memberId).executeTakeFirst();
}

/** The member's sessions, the one seen last first. */
export function listSessionRows(db: Kysely<Tables>, memberId: number): Promise<SessionRow[]> {
  return db
    .selectFrom('session')
    .selectAll()
    .where('member_id', '=', memberId)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/** Changes when a session was seen, when its password was given, or its secret. */
export async function updateSession(
  tx: Kysely<Tables>,
  id: number,
  changes: Partial<Pick<SessionRow, 'digest' | 'last_seen_at' | 'proved_at' | 'address' | 'agent'>>,
): Promise<void> {
  await tx.updateTable('session').set(changes).where('id', '=', id).execute();
}

/** Ends every session begun with a token of this credential. */
export async function deleteSessionsOfCredential(tx: Kysely<Tables>, credentialId: number): Promise<void> {
  await tx.deleteFrom('session').where('credential_id', '=', credentialId).execute();
}

/** Ends sessions of a member: one, all but one, or all. Returns how many there were. */
export async function deleteSessions(
  tx: Kysely<Tables>,
  memberId: number,
  which: { only?: number; except?: number } = {},
): Promise<number> {
  let query = tx.deleteFrom('session').where('member_id', '=', memberId);
  if (which.only !== undefined) query = query.where('id', '=', which.only);
  if (which.except !== undefined) query = query.where('id', '!=', which.except);
  const { numDeletedRows } = await query.executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
