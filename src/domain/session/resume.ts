import { digestSecret } from '../../access/session-secret.ts';
import type { Store } from '../../store/database.ts';
import { findMember, updateMember, type MemberRow } from '../../store/queries/member.ts';
import { findSessionByDigest, updateSession, type SessionRow } from '../../store/queries/session.ts';
import { findLiveKey } from '../credential/alive.ts';
import { keyActor, type Actor, type DomainParts } from '../context.ts';
import { isLive } from './lifetime.ts';

export interface ResumedSession {
  readonly session: SessionRow;
  readonly member: MemberRow;
  /** The member, or the key whose ephemeral token began the session. */
  readonly actor: Actor;
}

/** A session is noted as seen at most this often. */
const noteEveryMs = 60_000;

/** The session and the member a cookie stands for; undefined when it is unknown, over, or its member or its key may do nothing. */
export async function resumeSession(
  { store, now }: Pick<DomainParts, 'store' | 'now'>,
  secret: string,
  client: { address: string; agent: string },
): Promise<ResumedSession | undefined> {
  const session = await findSessionByDigest(store.read, digestSecret(secret));
  const at = now();
  if (session === undefined || !isLive(session, at)) return undefined;
  const actor = await findActor(store, session, at);
  if (actor === undefined) return undefined;
  const member = await findMember(store.read, session.account_id, session.member_id);
  if (member === undefined || member.deactivated_at !== null) return undefined;
  if (at - session.last_seen_at >= noteEveryMs) {
    const seen = { last_seen_at: at, ...client };
    // A store that cannot write now must not lock people out of reading.
    await store
      .transaction(async (tx) => {
        await updateSession(tx, session.id, seen);
        await updateMember(tx, member.id, { last_seen_at: at });
      })
      .catch(() => undefined);
    return { actor, session: { ...session, ...seen }, member: { ...member, last_seen_at: at } };
  }
  return { actor, session, member };
}

async function findActor({ read }: Store, session: SessionRow, now: number): Promise<Actor | undefined> {
  const { id: sessionId, account_id: accountId, member_id: memberId, credential_id: credentialId } = session;
  if (credentialId === null) return { kind: 'member', memberId, accountId, sessionId };
  const key = await findLiveKey(read, { accountId, credentialId }, now);
  return key && keyActor({ credentialId, accountId, memberId, partnerId: key.partner_id ?? undefined, sessionId });
}
