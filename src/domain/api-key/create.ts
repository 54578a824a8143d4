import { AppError } from '../../../contract/errors.ts';
import { findFirstAdministrator, findMember } from '../../store/queries/member.ts';
import { requireAccount, requirePerson } from '../actor.ts';
import { getAccount } from '../account/get.ts';
import { planFeatures } from '../account/plans.ts';
import { change } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { rememberAnswer, requireUnanswered } from '../credential/answered.ts';
import { requireFutureExpiry } from '../credential/expiry.ts';
import { apiKeysPerAccount, takingSlot } from '../credential/slots.ts';
import { insertApiKey, type CreatedCredential } from './insert.ts';

export interface CreateApiKeyInput {
  readonly accountId: number;
  readonly description: string;
  /** Whom the key acts as when the operator makes it; the first administrator by default. */
  readonly memberId?: number | undefined;
  /** Milliseconds since the epoch; never by default. */
  readonly expiresAt?: number | null;
  /** A request of the same key makes nothing more. */
  readonly idempotencyKey?: string | undefined;
}

/**
 * Creates an API key acting as its creator. Throws `invalid_id`, `access_denied` (plan, or the actor is a key), `key_limit_exceeded`,
 * `invalid_body` (an expiry that is past), `already_created`.
 */
export async function createApiKey(ctx: DomainContext, input: CreateApiKeyInput): Promise<CreatedCredential> {
  const { accountId, description, expiresAt = null, idempotencyKey } = input;
  requirePerson(ctx.actor);
  requireAccount(ctx.actor, accountId);
  const request = { accountId, verb: 'api_key.create', idempotencyKey };
  return takingSlot(apiKeysPerAccount, () =>
    change(ctx, 'api_key:new', async (tx, effects) => {
      await requireUnanswered(ctx, tx, request);
      requireFutureExpiry(expiresAt, ctx.now());
      const account = await getAccount(tx, accountId);
      if (!planFeatures[account.plan].apiAccess) throw new AppError('access_denied', `The plan ${account.plan} has no API access.`);
      const memberId = ctx.actor.kind === 'member' ? ctx.actor.memberId : input.memberId;
      const member = memberId === undefined ? await findFirstAdministrator(tx, accountId) : await findMember(tx, accountId, memberId);
      if (member === undefined || member.deactivated_at !== null) {
        throw new AppError('invalid_id', `Active member not found (${memberId ?? 'administrator'}).`);
      }
      const created = await insertApiKey(ctx, tx, effects, { accountId, memberId: member.id, description, expiresAt });
      await rememberAnswer(ctx, tx, request, `api_key:${created.row.id}`);
      return created;
    }),
  );
}
