import { expect, it } from 'vitest';
import { codeOf, createAccountServer, tally, type AccountReply, type AccountServer } from '../../../tests/support/account-server.ts';
import { describeStores } from '../../../tests/support/store-engines.ts';
import { setAccountPlan } from '../../domain/account/set-plan.ts';
import { createImportToken } from '../../domain/import-token/create.ts';
import { createSource } from '../../domain/source/create.ts';

interface MadeKey {
  readonly id: number;
  readonly secret: string;
  readonly reply: AccountReply;
}

async function makeKey({ ann }: AccountServer, body: object = {}, headers: Record<string, string> = {}): Promise<MadeKey> {
  const reply = await ann.call('POST', '/api-keys', body, headers);
  const { key, secret } = reply.body as { key?: { id: number }; secret?: string };
  return { id: key?.id ?? 0, secret: secret ?? '', reply };
}

describeStores('API access keys', (engine) => {
  it('are shown whole in exactly one reply, and to every member without their secret', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const { ann, plane } = server;
    const made = await makeKey(server, { description: 'Airflow' });
    expect(codeOf(made.reply)).toBe('200');
    expect(made.secret).toMatch(/^ac_\w{50}$/);
    expect(plane.verify(made.secret).ok).toBe(true);
    const ben = await server.join('ben@example.com');
    const listed = await ben.call('GET', '/api-keys');
    expect(listed.body).toMatchObject([
      {
        id: made.id,
        last4: made.secret.slice(-4),
        description: 'Airflow',
        created_by: 'ann@example.com',
        state: 'enabled',
        state_changed_by: 'ann@example.com',
        expires_at: null,
        last_used: { address: '192.0.2.9', agent: 'test' },
      },
    ]);
    await ben.call('GET', `/api-keys/${made.id}`);
    await ann.call('POST', `/api-keys/${made.id}/disable`);
    await ann.call('POST', `/api-keys/${made.id}/enable`);
    const grown = await ann.call('POST', `/api-keys/${made.id}/rotation`, {});
    await ann.call('POST', `/api-keys/${made.id}/deletion`, {});
    await ann.call('GET', '/api-keys');
    for (const secret of [made.secret, String(grown.body['secret'])]) {
      expect(server.replies.filter((text) => text.includes(secret.slice(15, 47)))).toHaveLength(1);
      expect(server.logged.join()).not.toContain(secret.slice(15, 47));
    }
    expect(made.reply.headers.get('cache-control')).toBe('no-store');
  });

  it('number ten at most under 200 parallel creates, disabled ones counted', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const replies = await Promise.all(Array.from({ length: 200 }, async (_, n) => (await makeKey(server, { description: `${n}` })).reply));
    expect(tally(replies)).toEqual({ 200: 10, '409 key_limit_exceeded': 190 });
    const [first] = (await server.ann.call('GET', '/api-keys')).body as unknown as [{ id: number }];
    await server.ann.call('POST', `/api-keys/${first.id}/disable`);
    expect(codeOf((await makeKey(server)).reply)).toBe('409 key_limit_exceeded');
    await server.ann.call('POST', `/api-keys/${first.id}/deletion`, {});
    expect(codeOf((await makeKey(server)).reply)).toBe('200');
    expect(codeOf(await server.ann.call('POST', `/api-keys/${first.id}/restoration`))).toBe('409 key_limit_exceeded');
  });

  it('are made once however often the same request is sent', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const headers = { 'idempotency-key': 'form-1' };
    const replies = await Promise.all(
      Array.from({ length: 20 }, async () => (await makeKey(server, { description: 'once' }, headers)).reply),
    );
    expect(tally(replies)).toEqual({ 200: 1, '409 already_created': 19 });
    const keys = (await server.ann.call('GET', '/api-keys')).body as unknown as { id: number }[];
    expect(keys).toHaveLength(1);
    expect(replies.find(({ status }) => status === 409)?.text).toContain(`it made ${keys[0]?.id}`);
    const ben = await server.join('ben@example.com');
    expect((await ben.call('POST', '/api-keys', {}, headers)).status).toBe(200);
    expect(codeOf((await makeKey(server, {}, { 'idempotency-key': 'form-2' })).reply)).toBe('200');
    const rotations = await Promise.all(
      Array.from({ length: 5 }, () => server.ann.call('POST', `/api-keys/${keys[0]?.id}/rotation`, {}, headers)),
    );
    expect(tally(rotations)).toEqual({ 200: 1, '409 already_created': 4 });
  });

  it('stop when disabled or deleted, go on when enabled, and come back within ten minutes as disabled', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const { ann, plane } = server;
    const { id, secret } = await makeKey(server);
    expect((await ann.call('POST', `/api-keys/${id}/disable`)).body).toMatchObject({ state: 'disabled', state_reason: 'member' });
    expect(plane.verify(secret)).toMatchObject({ refusal: 'disabled' });
    expect((await ann.call('POST', `/api-keys/${id}/enable`)).body).toMatchObject({ state: 'enabled', state_reason: null });
    expect(plane.verify(secret).ok).toBe(true);
    const deleted = await ann.call('POST', `/api-keys/${id}/deletion`, {});
    const until = new Date(plane.clock.now + 600_000).toISOString();
    expect(deleted.body).toMatchObject({ state: 'deleted', restorable_until: until });
    expect(plane.verify(secret).ok).toBe(false);
    expect((await ann.call('GET', '/api-keys')).body).toMatchObject([{ id, state: 'deleted', restorable_until: until }]);
    expect((await ann.call('POST', `/api-keys/${id}/restoration`)).body).toMatchObject({ state: 'disabled', restorable_until: null });
    await ann.call('POST', `/api-keys/${id}/enable`);
    await ann.call('POST', `/api-keys/${id}/deletion`, { compromised: true });
    expect((await ann.call('GET', '/api-keys')).body).toEqual([]);
    expect(codeOf(await ann.call('POST', `/api-keys/${id}/restoration`))).toBe('409 invalid_credential_state');
    const other = await makeKey(server);
    await ann.call('POST', `/api-keys/${other.id}/deletion`, {});
    plane.clock.now += 600_001;
    expect((await ann.call('GET', '/api-keys')).body).toEqual([]);
    expect(codeOf(await ann.call('GET', `/api-keys/${other.id}`))).toBe('404 invalid_id');
  });

  it('rotate: the successor takes over description, owner and expiry while the old one goes on for the grace', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const { ann, plane } = server;
    const expires_at = new Date(plane.clock.now + 90 * 86_400_000).toISOString();
    const old = await makeKey(server, { description: 'Airflow', expires_at });
    const { body } = await ann.call('POST', `/api-keys/${old.id}/rotation`, { grace_seconds: 60 });
    expect(body['key']).toMatchObject({ description: 'Airflow', created_by: 'ann@example.com', expires_at });
    const secret = String(body['secret']);
    expect([plane.verify(old.secret).ok, plane.verify(secret).ok]).toEqual([true, true]);
    const again = await ann.call('POST', `/api-keys/${old.id}/rotation`, { grace_seconds: 3600 });
    expect(again.body['key']).toMatchObject({ expires_at });
    plane.clock.now += 60_000;
    expect(plane.verify(old.secret)).toMatchObject({ refusal: 'expired' });
    expect(plane.verify(secret).ok).toBe(true);
    expect((await ann.call('GET', `/api-keys/${old.id}`)).body).toMatchObject({ expired: true, last_denied: { reason: 'expired' } });
    expect(codeOf(await ann.call('POST', `/api-keys/${old.id}/rotation`, {}))).toBe('409 invalid_credential_state');
  });

  it('rotate without grace in a full account, and a key only itself', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const { ann, plane } = server;
    const keys = await Promise.all(Array.from({ length: 10 }, () => makeKey(server)));
    const [first, second] = keys;
    if (first === undefined || second === undefined) throw new Error('no keys');
    expect(codeOf(await ann.call('POST', `/api-keys/${first.id}/rotation`, {}))).toBe('409 key_limit_exceeded');
    expect(plane.verify(first.secret).ok).toBe(true);
    const rotation = `/api-keys/${first.id}/rotation`;
    expect(codeOf(await server.withKey(second.secret, 'POST', rotation, { grace_seconds: 0 }))).toBe('403 access_denied');
    const grown = await server.withKey(first.secret, 'POST', rotation, { grace_seconds: 0 });
    expect(grown.status).toBe(200);
    expect([plane.verify(first.secret).ok, plane.verify(String(grown.body['secret'])).ok]).toEqual([false, true]);
    expect((await server.withKey(first.secret, 'GET', '/api-keys')).status).toBe(401);
  });

  it('let a key list, describe, disable and delete, and never create, enable or restore', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const [key, other] = [await makeKey(server), await makeKey(server)];
    const call = async (method: string, path: string, body?: object): Promise<string> =>
      codeOf(await server.withKey(key.secret, method, path, body));
    expect(await call('GET', '/api-keys')).toBe('200');
    expect(await call('GET', `/api-keys/${other.id}`)).toBe('200');
    expect(await call('POST', '/api-keys', {})).toBe('401 unauthorized');
    expect(await call('POST', `/api-keys/${other.id}/disable`)).toBe('200');
    expect(await call('POST', `/api-keys/${other.id}/enable`)).toBe('401 unauthorized');
    expect(await call('POST', `/api-keys/${other.id}/deletion`, {})).toBe('200');
    expect(await call('POST', `/api-keys/${other.id}/restoration`)).toBe('401 unauthorized');
    expect(await call('GET', '/partner-keys')).toBe('401 unauthorized');
    const stranger = await server.plane.account();
    const foreign = await server.join('eve@example.com', stranger.accountId);
    expect(codeOf(await foreign.call('GET', `/api-keys/${key.id}`))).toBe('404 invalid_id');
    expect(codeOf(await foreign.call('POST', `/api-keys/${key.id}/deletion`, {}))).toBe('404 invalid_id');
    expect(codeOf(await foreign.call('POST', `/api-keys/${key.id}/rotation`, {}))).toBe('404 invalid_id');
  });

  it('expire, are refused with a date that is past, and act in no transaction once they have expired', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const { plane } = server;
    expect(codeOf((await makeKey(server, { expires_at: new Date(plane.clock.now).toISOString() })).reply)).toBe('400 invalid_body');
    const { secret } = await makeKey(server, { expires_at: new Date(plane.clock.now + 1000).toISOString() });
    expect((await server.withKey(secret, 'GET', '/api-keys')).status).toBe(200);
    plane.clock.now += 1000;
    expect(codeOf(await server.withKey(secret, 'GET', '/api-keys'))).toBe('401 unauthorized');
    expect((await server.ann.call('GET', '/api-keys')).body).toMatchObject([{ state: 'enabled', expired: true }]);
  });

  it('are disabled when the plan loses API access, and enabled only by hand once it is back', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const { ann, plane, accountId } = server;
    const { id, secret } = await makeKey(server);
    await setAccountPlan(plane.operator, accountId, 'standard');
    expect((await ann.call('GET', '/api-keys')).body).toMatchObject([{ state: 'disabled', state_reason: 'plan' }]);
    expect(codeOf((await makeKey(server)).reply)).toBe('403 access_denied');
    expect(codeOf(await ann.call('POST', `/api-keys/${id}/enable`))).toBe('403 access_denied');
    await setAccountPlan(plane.operator, accountId, 'advanced');
    expect((await ann.call('GET', '/api-keys')).body).toMatchObject([{ state: 'disabled' }]);
    expect(plane.verify(secret).ok).toBe(false);
    await ann.call('POST', `/api-keys/${id}/enable`);
    expect(plane.verify(secret).ok).toBe(true);
  });

  it('tell what used and what they made, and hint when they are not used for 90 days', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const { plane, ann, accountId } = server;
    const { id, secret } = await makeKey(server, { description: 'CI' });
    const verdict = plane.verify(secret);
    if (!verdict.ok) throw new Error('refused');
    const actor = plane.as({ kind: 'api_key', credentialId: id, accountId, memberId: ann.memberId });
    const source = await createSource(actor, accountId, { type: 'import_api', display_name: 'Shop' });
    const token = await createImportToken(actor, accountId, source.id);
    const successor = await server.withKey(secret, 'POST', `/api-keys/${id}/rotation`, { grace_seconds: 3600 });
    expect((await ann.call('GET', `/api-keys/${id}`)).body['created']).toMatchObject([
      { kind: 'source', id: source.id, name: 'Shop', live: true },
      { kind: 'import_token', id: token.row.id, name: `Shop …${token.row.last4}`, live: true },
      { kind: 'api_key', name: expect.stringContaining('CI …') as string, live: true },
    ]);
    await ann.call('POST', `/api-keys/${id}/deletion`, { compromised: true });
    expect([plane.verify(token.token), plane.verify(String(successor.body['secret']))]).toMatchObject([
      { refusal: 'disabled' },
      { refusal: 'disabled' },
    ]);
    const idle = await makeKey(server);
    plane.clock.now += 91 * 86_400_000;
    const ben = await server.join('ben@example.com');
    expect(((await ben.call('GET', `/api-keys/${idle.id}`)).body as unknown as { unused: boolean }).unused).toBe(true);
  });
});
