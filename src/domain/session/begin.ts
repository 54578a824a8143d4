import type { Transaction } from 'kysely';
import { digestSecret, mintSecret } from '../../access/session-secret.ts';
import { updateMember, type MemberRow } from '../../store/queries/member.ts';
import { nextId } from '../../store/queries/sequence.ts';
import { deleteSessions, findSessionByDigest, insertSession, type SessionRow } from '../../store/queries/session.ts';
import type { Tables } from '../../store/tables.ts';
import { recordAudit } from '../change.ts';
import type { PeopleContext } from '../people.ts';
import type { TakenToken } from './ephemeral.ts';
import { ephemeralSessionMs, sessionMs } from './lifetime.ts';

export interface BegunSession {
  /** For the cookie of exactly one reply. */
  readonly secret: string;
  readonly session: SessionRow;
  readonly member: MemberRow;
}

/** Begins a session for a member who proved who it is, or for a key that acts as one; the one the browser had before ends. */
export async function beginSession(
  ctx: PeopleContext,
  tx: Transaction<Tables>,
  member: MemberRow,
  previousSecret: string | undefined,
  key?: TakenToken['key'],
): Promise<BegunSession> {
  if (previousSecret !== undefined) {
    const previous = await findSessionByDigest(tx, digestSecret(previousSecret));
    if (previous !== undefined) {
      await deleteSessions(tx, previous.member_id, { only: previous.id });
      await recordAudit(ctx, tx, { accountId: previous.account_id, verb: 'session.end', subject: `session:${previous.id}` });
    }
  }
  const now = ctx.now();
  const { secret, digest } = mintSecret();
  const session: SessionRow = {
    id: await nextId(tx, 'session'),
    digest,
    account_id: member.account_id,
    member_id: member.id,
    created_at: now,
    last_seen_at: now,
    expires_at: now + (key === undefined ? sessionMs : ephemeralSessionMs),
    // A key gave no password: nothing sensitive is open to it.
    proved_at: key === undefined ? now : 0,
    address: ctx.address ?? '',
    agent: ctx.agent,
    credential_id: key?.credentialId ?? null,
  };
  await insertSession(tx, session);
  await updateMember(tx, member.id, { last_seen_at: now });
  const actor = key ?? ({ kind: 'member', memberId: member.id, accountId: member.account_id, sessionId: session.id } as const);
  await recordAudit({ ...ctx, actor }, tx, {
    accountId: member.account_id,
    verb: 'session.begin',
    subject: `session:${session.id}`,
    after: { agent: ctx.agent },
  });
  return { secret, session, member: { ...member, last_seen_at: now } };
}
