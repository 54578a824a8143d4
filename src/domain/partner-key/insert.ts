import type { Transaction } from 'kysely';
import { credentialChange } from '../../access/credential-change.ts';
import { insertCredential, type CredentialRow } from '../../store/queries/credential.ts';
import type { PartnerRow } from '../../store/queries/partner.ts';
import { nextId } from '../../store/queries/sequence.ts';
import type { Tables } from '../../store/tables.ts';
import { recordAudit } from '../change.ts';
import type { Effects } from '../changes.ts';
import type { DomainContext } from '../context.ts';
import { newCredentialRow } from '../credential/new-row.ts';

export interface CreatedPartnerKey {
  readonly row: CredentialRow;
  /** The whole secret; shown in exactly one reply. */
  readonly token: string;
}

/** Mints the key of a partner on an account, enabled, in the caller's transaction; the partner must have no other there. */
export async function insertPartnerKey(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  effects: Effects,
  key: { partner: PartnerRow; accountId: number; memberId: number; expiresAt: number | null },
): Promise<CreatedPartnerKey> {
  const { partner, accountId, memberId, expiresAt } = key;
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
    partner_id: partner.id,
  };
  await insertCredential(tx, row);
  await recordAudit(ctx, tx, {
    accountId,
    verb: 'partner_key.create',
    subject: `partner_key:${row.id}`,
    after: { key_id: row.key_id, partner: partner.name, member: memberId, expires_at: expiresAt },
  });
  effects.registry.push(credentialChange(row));
  return { row, token };
}
