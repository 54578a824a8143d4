/** Invitations, links, recovery codes: what lets somebody in who has no session yet. */
import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import type { Tables } from '../tables.ts';

export type InvitationRow = Selectable<Tables['invitation']>;
export type LinkRow = Selectable<Tables['link']>;

/** Inserts an invitation whose id was taken from its sequence in this transaction. */
export async function insertInvitation(tx: Kysely<Tables>, row: Insertable<Tables['invitation']>): Promise<void> {
  await tx.insertInto('invitation').values(row).execute();
}

/** The account's invitations neither accepted nor withdrawn, expired ones included, oldest first. */
export function listOpenInvitations(db: Kysely<Tables>, accountId: number): Promise<InvitationRow[]> {
  return db.selectFrom('invitation').selectAll().where('account_id', '=', accountId).where('ended_at', 'is', null).orderBy('id').execute();
}

/** An open invitation of this account. */
export function findOpenInvitation(db: Kysely<Tables>, accountId: number, id: number): Promise<InvitationRow | undefined> {
  return db
    .selectFrom('invitation')
    .selectAll()
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
}

/** The open invitation whose secret has this digest, however old. */
export function findInvitationByDigest(db: Kysely<Tables>, digest: Uint8Array): Promise<InvitationRow | undefined> {
  return db.selectFrom('invitation').selectAll().where('digest', '=', digest).where('ended_at', 'is', null).executeTakeFirst();
}

/** Changes an invitation. */
export async function updateInvitation(tx: Kysely<Tables>, id: number, changes: Updateable<Tables['invitation']>): Promise<void> {
  await tx.updateTable('invitation').set(changes).where('id', '=', id).execute();
}

/** Inserts a link. */
export async function insertLink(tx: Kysely<Tables>, row: Insertable<Tables['link']>): Promise<void> {
  await tx.insertInto('link').values(row).execute();
}

/** The link whose secret has this digest, however old. */
export function findLink(db: Kysely<Tables>, digest: Uint8Array): Promise<LinkRow | undefined> {
  return db.selectFrom('link').selectAll().where('digest', '=', digest).executeTakeFirst();
}

/** Uses a link up. */
export async function deleteLink(tx: Kysely<Tables>, digest: Uint8Array): Promise<void> {
  await tx.deleteFrom('link').where('digest', '=', digest).execute();
}

/** Ends the links of one purpose, of one member or of nobody. */
export async function deleteLinks(tx: Kysely<Tables>, purpose: LinkRow['purpose'], memberId: number | null): Promise<void> {
  const query = tx.deleteFrom('link').where('purpose', '=', purpose);
  await (memberId === null ? query.where('member_id', 'is', null) : query.where('member_id', '=', memberId)).execute();
}

/** Ends the open invitations of one inviter. Returns how many there were. */
export async function endInvitationsOf(tx: Kysely<Tables>, inviterId: number, now: number): Promise<number> {
  const query = tx.updateTable('invitation').set({ ended_at: now }).where('invited_by', '=', inviterId).where('ended_at', 'is', null);
  const { numUpdatedRows } = await query.executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** Ends the links with which members of an account choose a password. */
export async function deletePasswordLinks(tx: Kysely<Tables>, accountId: number): Promise<void> {
  await tx
    .deleteFrom('link')
    .where('purpose', '=', 'password')
    .where('member_id', 'in', tx.selectFrom('member').select('id').where('account_id', '=', accountId))
    .execute();
}

/** Removes sessions, links, ephemeral tokens and authorization codes that are over. */
export async function deleteEnded(tx: Kysely<Tables>, now: number): Promise<void> {
  await tx.deleteFrom('link').where('expires_at', '<=', now).execute();
  await tx.deleteFrom('session').where('expires_at', '<=', now).execute();
  await tx.deleteFrom('ephemeral_token').where('expires_at', '<=', now).execute();
  await tx.deleteFrom('authorization_code').where('expires_at', '<=', now).execute();
}

/** Puts new recovery codes in place of a member's old ones; none removes them. */
export async function replaceRecoveryCodes(tx: Kysely<Tables>, memberId: number, digests: readonly Uint8Array[]): Promise<void> {
  await tx.deleteFrom('recovery_code').where('member_id', '=', memberId).execute();
  if (digests.length === 0) return;
  await tx
    .insertInto('recovery_code')
    .values(digests.map((digest) => ({ member_id: memberId, digest, used_at: null })))
    .execute();
}

/** Uses a recovery code up; false when the member has none like it, or used it before. */
export async function takeRecoveryCode(tx: Kysely<Tables>, memberId: number, digest: Uint8Array, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('recovery_code')
    .set({ used_at: now })
    .where('member_id', '=', memberId)
    .where('digest', '=', digest)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** How many of a member's recovery codes are unused. */
export async function countRecoveryCodes(db: Kysely<Tables>, memberId: number): Promise<number> {
  const { count } = await db
    .selectFrom('recovery_code')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('member_id', '=', memberId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}
