import type { Transaction } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { credentialChange } from '../../access/credential-change.ts';
import { updateCredential } from '../../store/queries/credential.ts';
import { findStateBeforeRotation } from '../../store/queries/rotation.ts';
import type { Tables } from '../../store/tables.ts';
import { getAccount } from '../account/get.ts';
import { planFeatures } from '../account/plans.ts';
import { change, recordAudit } from '../change.ts';
import type { Effects } from '../changes.ts';
import type { DomainContext } from '../context.ts';
import { rememberAnswer, requireUnanswered } from '../credential/answered.ts';
import { isExpired } from '../credential/expiry.ts';
import { getApiKey, unknownApiKey, type CredentialRow } from '../credential/find.ts';
import { deleteCredential } from '../credential/set-state.ts';
import { apiKeysPerAccount, takingSlot } from '../credential/slots.ts';
import { insertApiKey, type CreatedCredential } from './insert.ts';

export interface RotateApiKeyInput {
  /** How long the old key goes on; 0 deletes it before this returns, and gives its slot to the successor. */
  readonly graceMs: number;
  readonly idempotencyKey?: string | undefined;
}

/**
 * Makes a successor of an enabled key with the same description and expiry; it acts as the member who rotates. A key may rotate only itself.
 * Throws `invalid_id`, `access_denied`, `invalid_credential_state`, `key_limit_exceeded`, `already_created`, `not_confirmed`.
 */
export async function rotateApiKey(ctx: DomainContext, id: number, input: RotateApiKeyInput): Promise<CreatedCredential> {
  const { graceMs, idempotencyKey } = input;
  return takingSlot(apiKeysPerAccount, () =>
    change(ctx, `api_key:${id}`, async (tx, effects) => {
      const row = await getApiKey(tx, ctx.actor, id);
      if (ctx.actor.kind === 'api_key' && ctx.actor.credentialId !== id)
        throw new AppError('access_denied', 'A key may rotate only itself.');
      const request = { accountId: row.account_id, verb: `api_key.rotate:${id}`, idempotencyKey };
      await requireUnanswered(ctx, tx, request);
      await requireRotatable(ctx, tx, row);
      const { account_id: accountId, description } = row;
      // Who is shown the secret owns it: the key goes when they go.
      const memberId = ctx.actor.kind === 'member' ? ctx.actor.memberId : row.member_id;
      if (memberId === null) throw new Error('An API key has an owner.');
      const expiresAt = await findOwnExpiry(tx, row);
      await endOld(ctx, tx, effects, row, graceMs);
      const created = await insertApiKey(ctx, tx, effects, { accountId, memberId, description, expiresAt });
      await recordAudit(ctx, tx, {
        accountId,
        verb: 'api_key.rotate',
        subject: `api_key:${id}`,
        before: { expires_at: expiresAt },
        after: { successor: created.row.id, grace_seconds: graceMs / 1000 },
      });
      await rememberAnswer(ctx, tx, request, `api_key:${created.row.id}`);
      return created;
    }),
  );
}

async function requireRotatable(ctx: DomainContext, tx: Transaction<Tables>, row: CredentialRow): Promise<void> {
  if (row.state === 'deleted') throw unknownApiKey(row.id);
  const { plan } = await getAccount(tx, row.account_id);
  if (!planFeatures[plan].apiAccess) throw new AppError('access_denied', `The plan ${plan} has no API access.`);
  if (row.state !== 'enabled') throw new AppError('invalid_credential_state', 'Only an enabled key can be rotated.');
  if (isExpired(row, ctx.now())) throw new AppError('invalid_credential_state', 'The key has expired; create another.');
}

/** The expiry the key was given; the end of the grace of an earlier rotation is none. */
async function findOwnExpiry(tx: Transaction<Tables>, row: CredentialRow): Promise<number | null> {
  const before = await findStateBeforeRotation(tx, row.id);
  return before === undefined ? row.expires_at : (JSON.parse(before) as { expires_at: number | null }).expires_at;
}

/** An expiry the key has already is never put off. */
async function endOld(ctx: DomainContext, tx: Transaction<Tables>, effects: Effects, row: CredentialRow, graceMs: number): Promise<void> {
  if (graceMs === 0) {
    await deleteCredential(ctx, tx, effects, row, { reason: 'member', compromised: false });
    return;
  }
  const endsAt = Math.min(ctx.now() + graceMs, row.expires_at ?? Infinity);
  effects.registry.push(credentialChange(await updateCredential(tx, row.id, { expires_at: endsAt })));
}
