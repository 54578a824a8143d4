/** The Account API on a real server and a real control plane, with an account and members who are signed in. */
import type { FastifyPluginAsync } from 'fastify';
import { onTestFinished } from 'vitest';
import { createAttempts } from '../../src/access/attempts.ts';
import { mintSecret } from '../../src/access/session-secret.ts';
import { accountApi } from '../../src/http/account-api/plugin.ts';
import { createHttpServer } from '../../src/http/server.ts';
import type { Store } from '../../src/store/database.ts';
import { insertMember } from '../../src/store/queries/member.ts';
import { nextId } from '../../src/store/queries/sequence.ts';
import { insertSession } from '../../src/store/queries/session.ts';
import { assertDocumented } from './documented-account-replies.ts';
import { createControlPlane, type ControlPlane } from './control-plane.ts';
import { testPeople } from './test-people.ts';

export interface AccountReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // The tests look into bodies of every route.
  readonly body: Record<string, unknown> & Record<number, Record<string, unknown>>;
}

interface AccountClient {
  readonly memberId: number;
  readonly email: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<AccountReply>;
}

export interface AccountServer {
  readonly plane: ControlPlane;
  readonly url: URL;
  readonly accountId: number;
  readonly destinationId: number;
  /** The account's administrator. */
  readonly ann: AccountClient;
  /** Bytes that wait by source, and when sources received something, as the running server would know. */
  readonly waiting: Map<number, number>;
  readonly received: Map<number, number>;
  /** Every body that was answered. */
  readonly replies: string[];
  readonly logged: string[];
  /** Another member of the account, or of another one. */
  join(email: string, accountId?: number): Promise<AccountClient>;
  /** A call with an API key. */
  withKey(token: string, method: string, path: string, body?: unknown): Promise<AccountReply>;
}

export async function createAccountServer(options: { store?: Store; webApp?: FastifyPluginAsync } = {}): Promise<AccountServer> {
  const plane = await createControlPlane(options);
  const { store } = plane.parts;
  const logged: string[] = [];
  const note = (fields: object, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const waiting = new Map<number, number>();
  const received = new Map<number, number>();
  const server = await createHttpServer({
    surfaces: [
      accountApi({
        parts: plane.parts,
        people: testPeople({ attempts: createAttempts({ now: plane.parts.now }), origin: () => 'http://127.0.0.1' }),
        version: 'test',
        verifier: plane.registry,
        publicUrl: undefined,
        log: { error: note, warn: note },
        arrivals: {
          waitingBytes: (sourceId) => waiting.get(sourceId) ?? 0,
          receivedAt: (sourceId) => received.get(sourceId),
        },
      }),
    ],
    ...(options.webApp === undefined ? {} : { webApp: options.webApp }),
    publicUrl: undefined,
    trustedProxies: [],
    health: () => undefined,
    log: { error: note, warn: note },
  });
  onTestFinished(() => server.close());
  const url = await server.listen('127.0.0.1', 0);
  const replies: string[] = [];

  async function request(method: string, path: string, headers: Record<string, string>, body: unknown): Promise<AccountReply> {
    const response = await fetch(new URL(`/account/v1${path}`, url), {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    replies.push(text);
    assertDocumented(method, `/account/v1${path}`, response.status, text);
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (text === '' ? {} : JSON.parse(text)) as AccountReply['body'],
    };
  }

  async function signIn(memberId: number, accountId: number, email: string): Promise<AccountClient> {
    const { secret, digest } = mintSecret();
    const now = plane.clock.now;
    await store.transaction(async (tx) =>
      insertSession(tx, {
        id: await nextId(tx, 'session'),
        digest,
        account_id: accountId,
        member_id: memberId,
        created_at: now,
        last_seen_at: now,
        expires_at: now + 365 * 86_400_000,
        proved_at: now,
        address: '127.0.0.1',
        agent: 'test',
      }),
    );
    const own = { cookie: `thimble_session=${secret}`, origin: url.origin };
    return { memberId, email, call: (method, path, body, headers) => request(method, path, { ...own, ...headers }, body) };
  }

  const { accountId, memberId, destinationId } = await plane.account('ann@example.com');
  return {
    plane,
    url,
    accountId,
    destinationId,
    ann: await signIn(memberId, accountId, 'ann@example.com'),
    waiting,
    received,
    replies,
    logged,
    async join(email, into = accountId) {
      const id = await store.transaction(async (tx) => {
        const next = await nextId(tx, 'member');
        await insertMember(tx, { id: next, account_id: into, email, name: 'Ben', role: 'member', created_at: plane.clock.now });
        return next;
      });
      return signIn(id, into, email);
    },
    withKey: (token, method, path, body) => request(method, path, { authorization: `Bearer ${token}`, origin: url.origin }, body),
  };
}

/** Status and error code, such as `409 key_limit_exceeded`. */
export function codeOf({ status, body }: AccountReply): string {
  return `${status} ${(body['error'] as { code?: string } | undefined)?.code ?? ''}`.trim();
}

/** How many replies there were of each. */
export function tally(replies: readonly AccountReply[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reply of replies) counts[codeOf(reply)] = (counts[codeOf(reply)] ?? 0) + 1;
  return counts;
}
