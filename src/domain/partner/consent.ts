/** What a member decides about a partner that asks for access (connect-api.md §4.3, web-app.md §7.1). */
import type { AuthorizationRequest } from '../../../contract/account-api/authorization.ts';
import { AppError } from '../../../contract/errors.ts';
import { mintSecret } from '../../access/session-secret.ts';
import { insertAuthorizationCode } from '../../store/queries/authorization-code.ts';
import { findNewestPartnerKey } from '../../store/queries/partner.ts';
import { readActorNames } from '../actor-names.ts';
import { change, recordAudit } from '../change.ts';
import type { PeopleContext } from '../people.ts';
import { addReply, readAuthorizationRequest } from './authorization-request.ts';
import { partnerSubject, type PartnerRow } from './find.ts';

const codeLifetimeMs = 300_000;
const dayMs = 86_400_000;

export interface DescribedAuthorization {
  readonly partner: PartnerRow;
  /** Origin. */
  readonly returnsTo: string;
  /** Where to go at once with a fault. */
  readonly refusal: string | undefined;
}

/** Who asks. Throws `invalid_authorization_request`. */
export async function describeAuthorization(ctx: PeopleContext, request: AuthorizationRequest): Promise<DescribedAuthorization> {
  const { partner, redirectUri, fault } = await readAuthorizationRequest(ctx.store.read, request);
  const refusal = fault === undefined ? undefined : reply(ctx, request, redirectUri, fault);
  return { partner, returnsTo: new URL(redirectUri).origin, refusal };
}

export interface PartnerStanding {
  readonly state: 'enabled' | 'disabled' | 'deleted';
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
  readonly changedBy: string;
}

/** The access the partner has to an account, or had; undefined when it never had any. Throws `invalid_authorization_request`. */
export async function readStanding(
  ctx: PeopleContext,
  accountId: number,
  request: AuthorizationRequest,
): Promise<PartnerStanding | undefined> {
  const { read } = ctx.store;
  const { partner } = await readAuthorizationRequest(read, request);
  const row = await findNewestPartnerKey(read, accountId, partner.id);
  if (row === undefined) return undefined;
  const names = await readActorNames(read, [row.state_changed_by]);
  return { state: row.state, changedAt: row.state_changed_at, changedBy: names.of(row.state_changed_by) };
}

/**
 * A member lets the partner act on the account: returns the address with the code, which works once within five minutes.
 * Throws `invalid_authorization_request`, `access_denied`.
 */
export function acceptAuthorization(
  ctx: PeopleContext,
  request: AuthorizationRequest,
  { expiresInDays }: { expiresInDays: number | null },
): Promise<string> {
  const { actor } = ctx;
  if (actor.kind !== 'member') throw new AppError('access_denied', 'Only a member may consent.');
  const { accountId, memberId } = actor;
  return change(ctx, 'authorization_code:new', async (tx) => {
    const { partner, redirectUri, fault } = await readAuthorizationRequest(tx, request);
    if (fault !== undefined) return reply(ctx, request, redirectUri, fault);
    const now = ctx.now();
    const { secret, digest } = mintSecret();
    const keyExpiresAt = expiresInDays === null ? null : now + expiresInDays * dayMs;
    await insertAuthorizationCode(tx, {
      digest,
      partner_id: partner.id,
      account_id: accountId,
      member_id: memberId,
      redirect_uri: request.redirect_uri ?? null,
      code_challenge: request.code_challenge ?? null,
      key_expires_at: keyExpiresAt,
      created_at: now,
      expires_at: now + codeLifetimeMs,
      used_at: null,
      credential_id: null,
    });
    await recordAudit(ctx, tx, {
      accountId,
      verb: 'partner.consent',
      subject: partnerSubject(partner.id),
      after: { partner: partner.name, returns_to: new URL(redirectUri).origin, key_expires_at: keyExpiresAt },
    });
    return reply(ctx, request, redirectUri, { code: secret });
  });
}

/** Returns the address with the refusal. Throws `invalid_authorization_request`. */
export async function rejectAuthorization(ctx: PeopleContext, request: AuthorizationRequest): Promise<string> {
  const { redirectUri, fault } = await readAuthorizationRequest(ctx.store.read, request);
  return reply(ctx, request, redirectUri, fault ?? { error: 'access_denied' });
}

function reply(
  ctx: PeopleContext,
  { state }: AuthorizationRequest,
  redirectUri: string,
  parameters: Readonly<Record<string, string>>,
): string {
  return addReply(redirectUri, parameters, { state, issuer: ctx.people.origin() });
}
