/** A member of a running server who is signed in, without the wait that passwords cost. */
import { join } from 'node:path';
import { mintSecret } from '../../src/access/session-secret.ts';
import { openStore } from '../../src/store/database.ts';
import { openPostgresStore } from '../../src/store/postgres-store.ts';
import { nextId } from '../../src/store/queries/sequence.ts';
import { insertSession } from '../../src/store/queries/session.ts';
import { assertDocumented } from './documented-account-replies.ts';
import { send, type Reply, type TestApp } from './test-app.ts';

export interface SignedIn {
  readonly accountId: number;
  readonly memberId: number;
  /** Every body that was answered. */
  readonly replies: string[];
  /** A call of the Account API from the app's own origin. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
}

/** Makes an account and a session of its first member. `system` is asked at each call: the server may be started again. */
export async function signInMember(
  system: () => Pick<TestApp, 'operator' | 'url' | 'dataDirectory'>,
  databaseUrl?: string,
): Promise<SignedIn> {
  const created = await system().operator.call('POST', '/accounts', {
    company: 'Acme',
    email: `ann+${Math.trunc(performance.now() * 1e6)}@example.com`,
    name: 'Ann',
    plan: 'premium',
  });
  const [accountId, memberId] = [Number(created['account_id']), Number(created['user_id'])];
  const { secret, digest } = mintSecret();
  const store = await (databaseUrl === undefined
    ? openStore({ path: join(system().dataDirectory, 'store.db') })
    : openPostgresStore({ url: databaseUrl }));
  const now = Date.now();
  await store.transaction(async (tx) =>
    insertSession(tx, {
      id: await nextId(tx, 'session'),
      digest,
      account_id: accountId,
      member_id: memberId,
      created_at: now,
      last_seen_at: now,
      expires_at: now + 86_400_000,
      proved_at: now,
      address: '127.0.0.1',
      agent: 'test',
    }),
  );
  await store.close();
  const replies: string[] = [];
  return {
    accountId,
    memberId,
    replies,
    async call(method, path, body, headers = {}) {
      const { url } = system();
      const own = { cookie: `thimble_session=${secret}`, origin: url.origin };
      const reply = await send(url, method, `/account/v1${path}`, { body, headers: { ...own, ...headers } });
      replies.push(reply.text);
      assertDocumented(method, `/account/v1${path}`, reply.status, reply.text);
      return reply;
    },
  };
}
