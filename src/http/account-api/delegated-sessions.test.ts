import { describe, expect, it } from 'vitest';
import { createAccountServer, type AccountReply, type AccountServer } from '../../../tests/support/account-server.ts';
import { insertTestPartner } from '../../../tests/support/partners.ts';
import { accountApiRoutes } from '../../../contract/account-api/routes.ts';
import { createApiKey } from '../../domain/api-key/create.ts';
import { disableApiKey } from '../../domain/api-key/disable.ts';
import { enableApiKey } from '../../domain/api-key/enable.ts';
import { setAccountPlan } from '../../domain/account/set-plan.ts';
import type { Actor } from '../../domain/context.ts';
import { keyActor } from '../../domain/context.ts';
import { deletePartnerKey } from '../../domain/partner-key/delete.ts';
import { insertPartnerKey } from '../../domain/partner-key/insert.ts';
import { createEphemeralToken } from '../../domain/session/ephemeral.ts';
import { findPartner, type PartnerRow } from '../../store/queries/partner.ts';

const hourMs = 3_600_000;
const delegated = { 'x-thimble-session': 'delegated' };

interface Key {
  readonly id: number;
  readonly actor: Actor;
}

async function apiKey(server: AccountServer): Promise<Key> {
  const { row } = await createApiKey(server.plane.operator, { accountId: server.accountId, description: 'ours' });
  const { id, member_id: memberId } = row;
  return { id, actor: keyActor({ credentialId: id, accountId: server.accountId, memberId: memberId ?? 0, partnerId: undefined }) };
}

async function partnerKey(server: AccountServer): Promise<Key & { partner: PartnerRow }> {
  const { accountId, ann, plane } = server;
  const { id: partnerId } = await insertTestPartner(plane.parts, { name: 'Snow' });
  const partner = await findPartner(plane.parts.store.read, partnerId);
  if (partner === undefined) throw new Error('no partner');
  const key = { partner, accountId, memberId: ann.memberId, expiresAt: null };
  const { row } = await plane.parts.changes.commit('partner_key:new', (tx, effects) => insertPartnerKey(plane.operator, tx, effects, key));
  return { id: row.id, partner, actor: keyActor({ credentialId: row.id, accountId, memberId: ann.memberId, partnerId }) };
}

/** A browser that has no session, or the one the token begins. */
function browser(server: AccountServer): {
  readonly cookies: Map<string, string>;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<AccountReply>;
} {
  const cookies = new Map<string, string>();
  return {
    cookies,
    async call(method, path, body, headers = delegated) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(new URL(`/account/v1${path}`, server.url), {
        method,
        headers: {
          origin: server.url.origin,
          ...headers,
          ...(cookie === '' ? {} : { cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === '') cookies.delete(name);
        else cookies.set(name, value);
      }
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: (text === '' ? {} : JSON.parse(text)) as AccountReply['body'],
      };
    },
  };
}

const mint = (server: AccountServer, { actor }: Key): Promise<string> => createEphemeralToken(server.plane.as(actor));

async function enter(server: AccountServer, key: Key): Promise<ReturnType<typeof browser>> {
  const visitor = browser(server);
  const begun = await visitor.call('POST', '/session/ephemeral', { ephemeral_token: await mint(server, key) });
  expect(begun.status).toBe(200);
  return visitor;
}

describe('T24: a session begun with an ephemeral token', () => {
  it('§14.20: is the session of the member of the key, and ends after twelve hours however busy it is', async () => {
    const server = await createAccountServer();
    const visitor = await enter(server, await apiKey(server));
    const seen = await visitor.call('GET', '/session');
    expect(seen.body).toMatchObject({ member: { id: server.ann.memberId }, account: { id: server.accountId } });
    for (let hour = 1; hour < 12; hour += 1) {
      server.plane.clock.now += hourMs;
      expect((await visitor.call('GET', '/sources')).status).toBe(200);
    }
    server.plane.clock.now += hourMs - 1;
    expect((await visitor.call('GET', '/sources')).status).toBe(200);
    server.plane.clock.now += 1;
    expect((await visitor.call('GET', '/sources')).status).toBe(401);
  });

  it('is not mistaken for the one another token began in the same browser', async () => {
    const server = await createAccountServer();
    const visitor = browser(server);
    const key = await apiKey(server);
    const begin = async (): Promise<number> => {
      const { body } = await visitor.call('POST', '/session/ephemeral', { ephemeral_token: await mint(server, key) });
      return (body as unknown as { session: { id: number } }).session.id;
    };
    const means = (id: number): Record<string, string> => ({ 'x-thimble-session': `delegated/${id}` });
    const first = await begin();
    expect((await visitor.call('GET', '/session', undefined, means(first))).status).toBe(200);
    const second = await begin();
    const secret = { type: 'import_api', display_name: 'Typed for the first' };
    expect((await visitor.call('POST', '/sources', secret, means(first))).status).toBe(401);
    expect((await visitor.call('DELETE', '/session', undefined, means(first))).status).toBe(401);
    expect((await visitor.call('GET', '/sources', undefined, means(second))).body).toEqual([]);
  });

  it('begins once, and not after an hour', async () => {
    const server = await createAccountServer();
    const key = await apiKey(server);
    const token = await mint(server, key);
    expect((await browser(server).call('POST', '/session/ephemeral', { ephemeral_token: token })).status).toBe(200);
    expect((await browser(server).call('POST', '/session/ephemeral', { ephemeral_token: token })).status).toBe(401);
    const late = await mint(server, key);
    server.plane.clock.now += hourMs;
    expect((await browser(server).call('POST', '/session/ephemeral', { ephemeral_token: late })).status).toBe(401);
  });

  it('begins once however many ask at the same moment', async () => {
    const server = await createAccountServer();
    const token = await mint(server, await apiKey(server));
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => browser(server).call('POST', '/session/ephemeral', { ephemeral_token: token })),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('leaves the own session of the browser as it is, and ends alone', async () => {
    const server = await createAccountServer();
    const visitor = await enter(server, await apiKey(server));
    expect([...visitor.cookies.keys()]).toEqual(['thimble_delegated']);
    // The cookie opens nothing without the header that only our page sends.
    expect((await visitor.call('GET', '/session', undefined, {})).status).toBe(401);
    expect((await server.ann.call('GET', '/sessions')).status).toBe(200);
    expect((await visitor.call('DELETE', '/session')).status).toBe(204);
    expect(visitor.cookies.size).toBe(0);
    expect((await server.ann.call('GET', '/session')).status).toBe(200);
  });

  it('is refused with access_denied where its key may not act, and never gets there by giving a password', async () => {
    const server = await createAccountServer();
    const visitor = await enter(server, await partnerKey(server));
    for (const [method, path, body] of [
      ['POST', '/api-keys', { description: 'mine' }],
      ['GET', '/members', undefined],
      ['GET', '/partner-keys', undefined],
      ['POST', '/session/reauthentication', { password: 'x' }],
      ['PUT', '/profile', { name: 'Eve' }],
      ['GET', '/sessions', undefined],
      ['DELETE', '/sessions', undefined],
    ] as const) {
      const { status, body: reply } = await visitor.call(method, path, body);
      expect({ path, status, reply }).toMatchObject({ path, status: 403, reply: { error: { code: 'access_denied' } } });
    }
    const sensitive = Object.values(accountApiRoutes).filter((route) => 'delegated' in route && 'fresh' in route);
    expect(sensitive).toEqual([]);
  });

  it('acts as its key: what it makes is the partner’s, for the audit log too', async () => {
    const server = await createAccountServer();
    const key = await partnerKey(server);
    const visitor = await enter(server, key);
    const made = await visitor.call('POST', '/sources', { type: 'import_api', display_name: 'Shop' });
    expect(made.status).toBe(200);
    expect((await visitor.call('POST', `/sources/${String(made.body['id'])}/tokens`, {})).status).toBe(200);
    const { read } = server.plane.parts.store;
    const source = await read.selectFrom('connection_source').selectAll().executeTakeFirstOrThrow();
    const token = await read.selectFrom('credential').selectAll().where('kind', '=', 'import_token').executeTakeFirstOrThrow();
    expect([source.created_by_credential, token.created_by_credential]).toEqual([key.id, key.id]);
    const actors = await read.selectFrom('audit').select('actor').where('verb', 'in', ['source.create', 'session.begin']).execute();
    expect(actors).toEqual([{ actor: `partner:${key.partner.id}` }, { actor: `partner:${key.partner.id}` }]);
  });
});

describe('a session begun with an ephemeral token ends with its key', () => {
  const isIn = async (visitor: ReturnType<typeof browser>): Promise<boolean> => (await visitor.call('GET', '/sources')).status === 200;

  it('when that is disabled, and does not come back with it', async () => {
    const server = await createAccountServer();
    const key = await apiKey(server);
    const visitor = await enter(server, key);
    await disableApiKey(server.plane.operator, key.id);
    expect(await isIn(visitor)).toBe(false);
    await enableApiKey(server.plane.operator, key.id);
    expect(await isIn(visitor)).toBe(false);
  });

  it('when a partner key is deleted', async () => {
    const server = await createAccountServer();
    const key = await partnerKey(server);
    const visitor = await enter(server, key);
    expect(await isIn(visitor)).toBe(true);
    await deletePartnerKey(server.plane.operator, key.id, { compromised: false });
    expect(await isIn(visitor)).toBe(false);
  });

  it('when the operator suspends the partner', async () => {
    const server = await createAccountServer();
    const key = await partnerKey(server);
    const visitor = await enter(server, key);
    await server.plane.parts.store.transaction((tx) =>
      tx.updateTable('partner').set({ suspended_at: 1 }).where('id', '=', key.partner.id).execute(),
    );
    expect(await isIn(visitor)).toBe(false);
  });

  it('when the plan takes the API away', async () => {
    const server = await createAccountServer();
    const visitor = await enter(server, await apiKey(server));
    await setAccountPlan(server.plane.operator, server.accountId, 'standard');
    expect(await isIn(visitor)).toBe(false);
  });

  it('when the key expires', async () => {
    const server = await createAccountServer();
    const key = await apiKey(server);
    const visitor = await enter(server, key);
    await server.plane.parts.store.transaction((tx) =>
      tx
        .updateTable('credential')
        .set({ expires_at: server.plane.clock.now + hourMs })
        .where('id', '=', key.id)
        .execute(),
    );
    expect(await isIn(visitor)).toBe(true);
    server.plane.clock.now += hourMs;
    expect(await isIn(visitor)).toBe(false);
  });

  it('also for a change that was under way: the transaction asks again', async () => {
    const server = await createAccountServer();
    const key = await apiKey(server);
    const visitor = await enter(server, key);
    const [made] = await Promise.all([
      visitor.call('POST', '/sources', { type: 'import_api', display_name: 'Late' }),
      disableApiKey(server.plane.operator, key.id),
    ]);
    const after = await visitor.call('POST', '/sources', { type: 'import_api', display_name: 'Later' });
    expect(after.status).toBe(401);
    const rows = await server.plane.parts.store.read.selectFrom('connection_source').select('id').execute();
    expect(rows).toHaveLength(made.status === 200 ? 1 : 0);
  });
});
