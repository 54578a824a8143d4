import type { Transaction } from 'kysely';
import { credentialChange } from '../../access/credential-change.ts';
import { insertCredential, type CredentialRow } from '../../store/queries/credential.ts';
import { nextId } from '../../store/queries/sequence.ts';
import type { Tables } from '../../store/tables.ts';
import type { CreatedCredential } from '../api-key/insert.ts';
import { recordAudit } from '../change.ts';
import type { Effects } from '../changes.ts';
import type { DomainContext } from '../context.ts';
import { newCredentialRow } from '../credential/new-row.ts';

/** Mints the key of a partner on an account, enabled, in the caller's transaction; the partner must have no other there. */
export async function insertPartnerKey(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  effects: Effects,
  key: { accountId: number; memberId: number; partnerId: number; expiresAt: number | null },
): Promise<CreatedCredential> {
  const { accountId, memberId, partnerId, expiresAt } = key;
  const { token, ...minted } = ctx.mint.mint('partner_key');
  const row: CredentialRow = {
    ...newCredentialRow(ctx, minted, {
      id: await nextId(tx, 'credential'),
      kind: 'partner_key',
      account_id: accountId,
      member_id: memberId,
      source_id: null,
      description: '',
      slot: 1,
      created_by_credential: null,
      expires_at: expiresAt,
    }),
    partner_id: partnerId,
  };
  await insertCredential(tx, row);
  await recordAudit(ctx, tx, {
    accountId,
    verb: 'partner_key.create',
    subject: `partner_key:${row.id}`,
    after: { key_id: row.key_id, partner: partnerId, member: memberId, expires_at: expiresAt },
  });
  effects.registry.push(credentialChange(row));
  return { row, token };
}
