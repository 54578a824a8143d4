import { isWebhookType } from '../../../contract/webhook-types.ts';
import { insertCredential, listImportTokenRows } from '../../store/queries/credential.ts';
import { nextId } from '../../store/queries/sequence.ts';
import { actingCredential, requireAccount } from '../actor.ts';
import type { CreatedCredential } from '../api-key/insert.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { rememberAnswer, requireUnanswered } from '../credential/answered.ts';
import { requireFutureExpiry } from '../credential/expiry.ts';
import { newCredentialRow } from '../credential/new-row.ts';
import { credentialChange } from '../../access/credential-change.ts';
import { findFreeSlot, takingSlot, tokensPerSource } from '../credential/slots.ts';
import { getLiveTokenSource, tooManyTokens } from './source.ts';

export interface CreateImportTokenInput {
  /** Milliseconds since the epoch; never by default. */
  readonly expiresAt?: number | null;
  /** A request of the same key makes nothing more. */
  readonly idempotencyKey?: string | undefined;
}

/**
 * Creates an import token, or the webhook URL of a source that has those. Throws `invalid_id`, `invalid_type`, `token_limit_exceeded` (connect-api.md §10.1), `invalid_body` (an expiry
 * that is past), `already_created`.
 */
export async function createImportToken(
  ctx: DomainContext,
  accountId: number,
  sourceId: number,
  { expiresAt = null, idempotencyKey }: CreateImportTokenInput = {},
): Promise<CreatedCredential> {
  requireAccount(ctx.actor, accountId);
  const request = { accountId, verb: `import_token.create:${sourceId}`, idempotencyKey };
  return takingSlot(tokensPerSource, () =>
    change(ctx, 'import_token:new', async (tx, effects) => {
      const { type } = await getLiveTokenSource(tx, accountId, sourceId);
      const kind = isWebhookType(type) ? 'webhook_url' : 'import_token';
      await requireUnanswered(ctx, tx, request);
      requireFutureExpiry(expiresAt, ctx.now());
      const slot = findFreeSlot(await listImportTokenRows(tx, sourceId), tokensPerSource);
      if (slot === undefined) throw tooManyTokens(type, sourceId);
      const { token, ...minted } = ctx.mint.mint(kind);
      const row = newCredentialRow(ctx, minted, {
        id: await nextId(tx, 'credential'),
        kind: 'import_token',
        account_id: accountId,
        member_id: null,
        source_id: sourceId,
        description: '',
        slot,
        created_by_credential: actingCredential(ctx.actor),
        expires_at: expiresAt,
        in_url: kind === 'webhook_url' ? 1 : 0,
      });
      await insertCredential(tx, row);
      await recordAudit(ctx, tx, {
        accountId,
        verb: `${kind}.create`,
        subject: `${kind}:${row.id}`,
        after: { key_id: row.key_id, source: sourceId, expires_at: expiresAt },
      });
      effects.registry.push(credentialChange(row));
      await rememberAnswer(ctx, tx, request, `import_token:${row.id}`);
      return { row, token };
    }),
  );
}
