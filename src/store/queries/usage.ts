import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** What changed about the use of one credential; times in milliseconds since the epoch. */
export interface CredentialUse {
  readonly credentialId: number;
  readonly used: { readonly at: number; readonly address: string; readonly userAgent: string; readonly endpoint: string } | undefined;
  readonly denied: { readonly at: number; readonly reason: string } | undefined;
}

/** Writes the last use, the last denied use, or both. */
export async function updateLastUse(tx: Kysely<Tables>, { credentialId, used, denied }: CredentialUse): Promise<void> {
  if (used === undefined && denied === undefined) return;
  await tx
    .updateTable('credential')
    .set({
      ...(used && {
        last_used_at: used.at,
        last_used_address: used.address,
        last_used_agent: used.userAgent,
        last_used_endpoint: used.endpoint,
      }),
      ...(denied && { last_denied_at: denied.at, last_denied_reason: denied.reason }),
    })
    .where('id', '=', credentialId)
    .execute();
}
