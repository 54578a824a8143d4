/** What a partner may do with a token of its own besides using it (RFC 7009, RFC 7662). */
import type { Kysely } from 'kysely';
import { parseToken } from '../../access/format.ts';
import { deleteAuthorizationCodes } from '../../store/queries/authorization-code.ts';
import { findCredentialByKeyId, type CredentialRow } from '../../store/queries/credential.ts';
import type { PartnerRow } from '../../store/queries/partner.ts';
import type { Tables } from '../../store/tables.ts';
import { change } from '../change.ts';
import { isExpired } from '../credential/expiry.ts';
import { deleteCredential } from '../credential/set-state.ts';
import type { PeopleContext } from '../people.ts';
import { admitPartner, provePartner, type PartnerProof } from './prove.ts';

/** Deletes the key a token stands for; dead when this returns. A token that is not the partner's is nothing to it. Throws `OAuthError`, `TooManyError`, `not_confirmed`. */
export async function revokeToken(ctx: PeopleContext, proof: PartnerProof, token: string): Promise<void> {
  await admitPartner(ctx, proof);
  const subject = `token:${parseToken(token)?.keyId ?? 'none'}`;
  await change(ctx, subject, async (tx, effects) => {
    const partner = await provePartner(ctx, tx, proof);
    const key = await findOwnKey(ctx, tx, partner, token);
    if (key === undefined) return;
    // Repeated after an answer that could not confirm it, it waits again.
    effects.revokes = ctx.changes.isUnconfirmed(subject);
    if (key.state === 'deleted') return;
    const { id: credentialId, account_id: accountId, member_id: memberId } = key;
    const actor = { kind: 'partner_key', credentialId, accountId, memberId: memberId ?? 0, partnerId: partner.id } as const;
    await deleteCredential({ ...ctx, actor }, tx, effects, key, { reason: 'partner', compromised: false });
    await deleteAuthorizationCodes(tx, partner.id, accountId);
  });
}

export interface LiveToken {
  readonly partner: PartnerRow;
  readonly key: CredentialRow;
}

/** The live key of the asking partner a token stands for; undefined for everything else. Throws `OAuthError`, `TooManyError`. */
export async function introspectToken(ctx: PeopleContext, proof: PartnerProof, token: string): Promise<LiveToken | undefined> {
  const partner = await admitPartner(ctx, proof);
  const key = await findOwnKey(ctx, ctx.store.read, partner, token);
  return key === undefined || key.state !== 'enabled' || isExpired(key, ctx.now()) ? undefined : { partner, key };
}

async function findOwnKey(
  { mint }: PeopleContext,
  db: Kysely<Tables>,
  partner: PartnerRow,
  token: string,
): Promise<CredentialRow | undefined> {
  const parts = parseToken(token);
  if (parts === undefined) return undefined;
  const row = await findCredentialByKeyId(db, parts.keyId);
  const own = row?.kind === 'partner_key' && row.partner_id === partner.id ? row : undefined;
  return mint.matches('partner_key', parts, own) ? own : undefined;
}
