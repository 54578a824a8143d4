import type { Transaction } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { credentialChange } from '../../access/credential-change.ts';
import { insertCredential, listApiKeyRows, type CredentialRow } from '../../store/queries/credential.ts';
import { nextId } from '../../store/queries/sequence.ts';
import type { Tables } from '../../store/tables.ts';
import { actingCredential } from '../actor.ts';
import { recordAudit } from '../change.ts';
import type { Effects } from '../changes.ts';
import type { DomainContext } from '../context.ts';
import { newCredentialRow } from '../credential/new-row.ts';
import { apiKeysPerAccount, findFreeSlot } from '../credential/slots.ts';

export interface CreatedCredential {
  readonly row: CredentialRow;
  /** The whole secret; shown in exactly one reply. */
  readonly token: string;
}

/** Mints an API key in a free slot, in the caller's transaction. Throws `key_limit_exceeded`. */
export async function insertApiKey(
  ctx: DomainContext,
  tx: Transaction<Tables>,
  effects: Effects,
  key: { accountId: number; memberId: number; description: string; expiresAt: number | null },
): Promise<CreatedCredential> {
  const { accountId, memberId, description, expiresAt } = key;
  const slot = findFreeSlot(await listApiKeyRows(tx, accountId), apiKeysPerAccount);
  if (slot === undefined) {
    throw new AppError('key_limit_exceeded', `The account has ${apiKeysPerAccount} API access keys, enabled and disabled together.`);
  }
  const { token, ...minted } = ctx.mint.mint('api_key');
  const row = newCredentialRow(ctx, minted, {
    id: await nextId(tx, 'credential'),
    kind: 'api_key',
    account_id: accountId,
    member_id: memberId,
    source_id: null,
    description,
    slot,
    created_by_credential: actingCredential(ctx.actor),
    expires_at: expiresAt,
    in_url: 0,
  });
  await insertCredential(tx, row);
  await recordAudit(ctx, tx, {
    accountId,
    verb: 'api_key.create',
    subject: `api_key:${row.id}`,
    after: { key_id: row.key_id, member: memberId, description, expires_at: expiresAt },
  });
  effects.registry.push(credentialChange(row));
  return { row, token };
}
