import { createHash, timingSafeEqual } from 'node:crypto';
import type { Transaction } from 'kysely';
import { OAuthError } from '../../../contract/oauth.ts';
import { digestSecret } from '../../access/session-secret.ts';
import { findAuthorizationCode, useAuthorizationCode, type AuthorizationCodeRow } from '../../store/queries/authorization-code.ts';
import { findCredential } from '../../store/queries/credential.ts';
import { findMember, type MemberRow } from '../../store/queries/member.ts';
import type { PartnerRow } from '../../store/queries/partner.ts';
import type { Tables } from '../../store/tables.ts';
import { getAccount } from '../account/get.ts';
import { change } from '../change.ts';
import type { Effects } from '../changes.ts';
import { isExpired } from '../credential/expiry.ts';
import { deleteCredential } from '../credential/set-state.ts';
import { partnerConnectedMessage } from '../mail/messages.ts';
import { tellMembers } from '../mail/tell-members.ts';
import { insertPartnerKey, type CreatedPartnerKey } from '../partner-key/insert.ts';
import { mailParts, type PeopleContext } from '../people.ts';
import { admitPartner, provePartner, type PartnerProof } from './prove.ts';
import { redirectUrisOf } from './find.ts';

export interface ExchangeInput extends PartnerProof {
  readonly code: string;
  readonly redirectUri: string | undefined;
  readonly codeVerifier: string | undefined;
}

/**
 * Gives a partner the key its code stands for, once. A second use, also one at the same moment, is a theft noticed: it is refused and
 * the key the first one gave dies (RFC 6749 §4.1.2, §10.5). Throws `OAuthError`, `TooManyError`, `not_confirmed`.
 */
export async function exchangeCode(ctx: PeopleContext, input: ExchangeInput): Promise<CreatedPartnerKey> {
  const { id } = await admitPartner(ctx, input);
  const created = await change(ctx, `partner:${id}`, async (tx, effects) => {
    // Its secret, or the partner itself, may have ended meanwhile.
    const partner = await provePartner(ctx, tx, input);
    const code = await findAuthorizationCode(tx, digestSecret(input.code));
    if (code === undefined || code.partner_id !== partner.id) return undefined;
    if (code.used_at !== null) {
      await endKeyOf(ctx, tx, effects, code);
      return undefined;
    }
    const member = await findConsenting(tx, code);
    if (member === undefined || !isRedeemable(ctx, code, partner, input)) return undefined;
    const { account_id: accountId, member_id: memberId, key_expires_at: expiresAt } = code;
    const made = await insertPartnerKey(ctx, tx, effects, { partner, accountId, memberId, expiresAt });
    await useAuthorizationCode(tx, code.digest, { used_at: ctx.now(), credential_id: made.row.id });
    const { company } = await getAccount(tx, accountId);
    await tellMembers(mailParts(ctx), tx, accountId, partnerConnectedMessage({ partner: partner.name, company, by: member.email }));
    return made;
  });
  if (created === undefined) throw new OAuthError('invalid_grant', 'The code is unknown, used, expired, or was given for another request.');
  return created;
}

function isRedeemable(ctx: PeopleContext, code: AuthorizationCodeRow, partner: PartnerRow, input: ExchangeInput): boolean {
  const now = ctx.now();
  if (code.expires_at <= now || isExpired({ expires_at: code.key_expires_at }, now)) return false;
  return matchesRedirect(code, partner, input) && matchesChallenge(code, input.codeVerifier);
}

/** Sent with the request it must be repeated (RFC 6749 §4.1.3), but for the documented call, which names neither client nor address. */
function matchesRedirect({ redirect_uri: asked }: AuthorizationCodeRow, partner: PartnerRow, input: ExchangeInput): boolean {
  if (input.redirectUri === undefined) return asked === null || input.clientId === undefined;
  return input.redirectUri === (asked ?? redirectUrisOf(partner)[0]);
}

/** RFC 7636 §4.6; a verifier nobody announced is refused, so that PKCE cannot be taken out of a request unnoticed (RFC 9700 §2.1.1). */
function matchesChallenge({ code_challenge: challenge }: AuthorizationCodeRow, verifier: string | undefined): boolean {
  if (challenge === null || verifier === undefined) return challenge === null && verifier === undefined;
  const computed = Buffer.from(createHash('sha256').update(verifier).digest('base64url'));
  const expected = Buffer.from(challenge);
  return computed.length === expected.length && timingSafeEqual(computed, expected);
}

async function findConsenting(tx: Transaction<Tables>, code: AuthorizationCodeRow): Promise<MemberRow | undefined> {
  const member = await findMember(tx, code.account_id, code.member_id);
  return member?.deactivated_at === null ? member : undefined;
}

async function endKeyOf(ctx: PeopleContext, tx: Transaction<Tables>, effects: Effects, code: AuthorizationCodeRow): Promise<void> {
  const key = code.credential_id === null ? undefined : await findCredential(tx, code.credential_id);
  const own = { ...ctx, actor: { kind: 'system' } as const };
  if (key !== undefined && key.state !== 'deleted')
    await deleteCredential(own, tx, effects, key, { reason: 'partner', compromised: false });
}
