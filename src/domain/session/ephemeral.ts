/** Tokens with which an API key lets the member it acts as into the app, once and from another page (connect-api.md §4.2). */
import type { Transaction } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import { digestSecret, mintSecret } from '../../access/session-secret.ts';
import { findCredential } from '../../store/queries/credential.ts';
import { insertEphemeralToken, takeEphemeralTokenRow } from '../../store/queries/ephemeral-token.ts';
import { findMember, type MemberRow } from '../../store/queries/member.ts';
import type { Tables } from '../../store/tables.ts';
import { assertActorAlive } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import { keyActor, type Actor, type DomainContext } from '../context.ts';

const lifetimeMs = 3_600_000;

/** Makes a token for the member the key acts as; it is kept as a digest. Throws `access_denied` for anybody but a key. */
export async function createEphemeralToken(ctx: DomainContext): Promise<string> {
  const { actor } = ctx;
  if (actor.kind !== 'api_key' && actor.kind !== 'partner_key') throw new AppError('access_denied', 'Only a key may do this.');
  const { accountId, memberId, credentialId } = actor;
  const { secret, digest } = mintSecret();
  await change(ctx, `${actor.kind}:${credentialId}`, async (tx) => {
    const now = ctx.now();
    await insertEphemeralToken(tx, {
      digest,
      account_id: accountId,
      member_id: memberId,
      credential_id: credentialId,
      created_at: now,
      expires_at: now + lifetimeMs,
    });
    await recordAudit(ctx, tx, { accountId, verb: 'ephemeral_token.create', subject: `member:${memberId}` });
  });
  return secret;
}

/** Whom a token lets in, and the key it was made with. */
export interface TakenToken {
  readonly member: MemberRow;
  readonly key: Extract<Actor, { kind: 'api_key' | 'partner_key' }>;
}

/** Uses a token up in the transaction of what it allows. Throws `unauthorized`: also when its key or its member may do nothing any more. */
export async function takeEphemeralToken(tx: Transaction<Tables>, secret: string, now: number): Promise<TakenToken> {
  const token = await takeEphemeralTokenRow(tx, digestSecret(secret));
  if (token === undefined || token.expires_at <= now) throw invalidToken();
  const { account_id: accountId, member_id: memberId, credential_id: credentialId } = token;
  const credential = await findCredential(tx, credentialId);
  if (credential === undefined) throw invalidToken();
  const key = keyActor({ accountId, memberId, credentialId, partnerId: credential.partner_id ?? undefined });
  await assertActorAlive(tx, key, now);
  const member = await findMember(tx, accountId, memberId);
  if (member === undefined || member.deactivated_at !== null) throw invalidToken();
  return { member, key };
}

function invalidToken(): AppError<'unauthorized'> {
  return new AppError('unauthorized', 'The ephemeral token is used up, expired or not known.');
}
