import type { Transaction } from 'kysely';
import { credentialChange } from '../../access/credential-change.ts';
import { insertCredential, type CredentialRow } from '../../store/queries/credential.ts';
import { findNewestPartnerKey, type PartnerRow } from '../../store/queries/partner.ts';
import { nextId } from '../../store/queries/sequence.ts';
import type { Tables } from '../../store/tables.ts';
import { recordAudit } from '../change.ts';
import type { Effects } from '../changes.ts';
import type { DomainContext } from '../context.ts';
import { newCredentialRow } from '../credential/new-row.ts';
import { deleteCredential } from '../credential/set-state.ts';
import { settleHolds } from '../destination/settle-holds.ts';

export interface CreatedPartnerKey {
  readonly row: CredentialRow;
  /** The whole secret; shown in exactly one reply. */
  readonly token: string;
}

/** Gives a partner its one key on an account, as a new row; the one it had before dies with it (access.md, state). */
export async function insertPartnerKey(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  effects: Effects,
  key: { partner: PartnerRow; accountId: number; memberId: number; expiresAt: number | null },
): Promise<CreatedPartnerKey> {
  const { partner, accountId, memberId, expiresAt } = key;
  const id = await nextId(tx, 'credential');
  const own = { ...ctx, actor: { kind: 'partner_key', credentialId: id, accountId, memberId, partnerId: partner.id } as const };
  const previous = await findNewestPartnerKey(tx, accountId, partner.id);
  if (previous !== undefined && previous.state !== 'deleted')
    await deleteCredential(own, tx, effects, previous, { reason: 'partner', compromised: false });
  const { token, ...minted } = ctx.mint.mint('partner_key');
  const row = {
    ...newCredentialRow(own, minted, {
      id,
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
  await recordAudit(own, tx, {
    accountId,
    verb: 'partner_key.create',
    subject: `partner_key:${id}`,
    after: { key_id: row.key_id, partner: partner.name, member: memberId, expires_at: expiresAt },
  });
  effects.registry.push(credentialChange(row));
  // What was held while it had no key goes on.
  await settleHolds(own, tx, effects, { partnerId: partner.id, accountId });
  return { row, token };
}
