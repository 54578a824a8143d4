import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type AuthorizationCodeRow = Selectable<Tables['authorization_code']>;

/** Inserts a code. */
export async function insertAuthorizationCode(tx: Kysely<Tables>, row: AuthorizationCodeRow): Promise<void> {
  await tx.insertInto('authorization_code').values(row).execute();
}

/** The code with this digest, however old, used or not. */
export function findAuthorizationCode(db: Kysely<Tables>, digest: Uint8Array): Promise<AuthorizationCodeRow | undefined> {
  return db.selectFrom('authorization_code').selectAll().where('digest', '=', digest).executeTakeFirst();
}

/** Notes which key a code gave. */
export async function useAuthorizationCode(
  tx: Kysely<Tables>,
  digest: Uint8Array,
  used: { used_at: number; credential_id: number },
): Promise<void> {
  await tx.updateTable('authorization_code').set(used).where('digest', '=', digest).execute();
}

/** Ends every code of a partner, or those of one account. */
export async function deleteAuthorizationCodes(tx: Kysely<Tables>, partnerId: number, accountId?: number): Promise<void> {
  const query = tx.deleteFrom('authorization_code').where('partner_id', '=', partnerId);
  await (accountId === undefined ? query : query.where('account_id', '=', accountId)).execute();
}

/** Ends the codes a member's consents gave and nobody used. */
export async function deleteUnusedCodesOf(tx: Kysely<Tables>, memberId: number): Promise<void> {
  await tx.deleteFrom('authorization_code').where('member_id', '=', memberId).where('used_at', 'is', null).execute();
}
