import { expect, it } from 'vitest';
import { codeOf, createAccountServer, tally, type AccountReply, type AccountServer } from '../../../tests/support/account-server.ts';
import { describeStores } from '../../../tests/support/store-engines.ts';

async function makeSource({ ann }: AccountServer, displayName = 'Shop'): Promise<string> {
  const { body } = await ann.call('POST', '/sources', { type: 'import_api', display_name: displayName });
  return `/sources/${Number(body['id'])}/tokens`;
}

async function makeToken(
  { ann }: AccountServer,
  path: string,
  body: object = {},
): Promise<{ id: number; secret: string; reply: AccountReply }> {
  const reply = await ann.call('POST', path, body);
  const { token, secret } = reply.body as { token?: { id: number }; secret?: string };
  return { id: token?.id ?? 0, secret: secret ?? '', reply };
}

describeStores('import tokens', (engine) => {
  it('number two at most per integration under 200 parallel creates', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const path = await makeSource(server);
    const replies = await Promise.all(Array.from({ length: 200 }, async () => (await makeToken(server, path)).reply));
    expect(tally(replies)).toEqual({ 200: 2, '409 token_limit_exceeded': 198 });
  });

  it('are made once however often the same request is sent, in each integration', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const [path, other] = [await makeSource(server), await makeSource(server, 'Other')];
    const headers = { 'idempotency-key': 'form-1' };
    const replies = await Promise.all(Array.from({ length: 20 }, () => server.ann.call('POST', path, {}, headers)));
    expect(tally(replies)).toEqual({ 200: 1, '409 already_created': 19 });
    expect(codeOf(await server.ann.call('POST', other, {}, headers))).toBe('200');
  });

  it('show which of two is the old one, and when it is safe to revoke', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const { plane, ann } = server;
    const path = await makeSource(server);
    const first = await makeToken(server, path);
    plane.clock.now += 1000;
    plane.verify(first.secret);
    plane.clock.now += 1000;
    expect((await ann.call('GET', path)).body).toMatchObject([{ superseded: false, created_by: 'ann@example.com' }]);
    const second = await makeToken(server, path);
    expect((await ann.call('GET', path)).body).toMatchObject([
      { id: first.id, superseded: true, unused_since_superseded: true },
      { id: second.id, superseded: false, unused_since_superseded: false },
    ]);
    plane.verify(first.secret);
    expect((await ann.call('GET', path)).body).toMatchObject([{ superseded: true, unused_since_superseded: false }, {}]);
    await ann.call('POST', `${path}/${second.id}/disable`);
    expect((await ann.call('GET', path)).body).toMatchObject([{ superseded: false }, { state: 'disabled' }]);
    expect((await ann.call('GET', `${path}/${first.id}`)).body).toMatchObject({ last4: first.secret.slice(-4), created: [] });
  });

  it('stop at once when revoked while the other goes on, free their slot, and come back as disabled', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const { plane, ann } = server;
    const path = await makeSource(server);
    const [first, second] = [await makeToken(server, path), await makeToken(server, path)];
    expect(codeOf((await makeToken(server, path)).reply)).toBe('409 token_limit_exceeded');
    expect((await ann.call('POST', `${path}/${first.id}/revocation`, {})).body).toMatchObject({ id: first.id, state: 'deleted' });
    expect([plane.verify(first.secret).ok, plane.verify(second.secret).ok]).toEqual([false, true]);
    expect((await ann.call('POST', `${path}/${first.id}/restoration`)).body).toMatchObject({ state: 'disabled', restorable_until: null });
    expect((await ann.call('POST', `${path}/${first.id}/enable`)).body).toMatchObject({ state: 'enabled' });
    expect(plane.verify(first.secret).ok).toBe(true);
    const lost = await ann.call('POST', `${path}/${second.id}/revocation`, { compromised: true });
    expect(lost.body).toMatchObject({ state: 'deleted', restorable_until: null });
    expect(codeOf(await ann.call('POST', `${path}/${second.id}/restoration`))).toBe('409 invalid_credential_state');
    expect(codeOf((await makeToken(server, path)).reply)).toBe('200');
    for (const { secret } of [first, second]) {
      expect(server.replies.filter((text) => text.includes(secret.slice(15, 47)))).toHaveLength(1);
    }
  });

  it('expire', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const { plane, ann } = server;
    const path = await makeSource(server);
    const { secret } = await makeToken(server, path, { expires_at: new Date(plane.clock.now + 1000).toISOString() });
    expect((await ann.call('GET', '/sources')).body).toMatchObject([{ active_tokens: 1 }]);
    plane.clock.now += 1000;
    expect(plane.verify(secret)).toMatchObject({ refusal: 'expired' });
    expect((await ann.call('GET', path)).body).toMatchObject([{ expired: true, last_denied: { reason: 'expired' } }]);
    expect((await ann.call('GET', '/sources')).body).toMatchObject([{ active_tokens: 0 }]);
  });

  it('are out of reach of other accounts and other integrations', async () => {
    const server = await createAccountServer({ store: await engine.temporaryStore() });
    const [path, other] = [await makeSource(server), await makeSource(server, 'Other')];
    const { id } = await makeToken(server, path);
    const eve = await server.join('eve@example.com', (await server.plane.account()).accountId);
    expect(codeOf(await eve.call('GET', path))).toBe('404 invalid_id');
    expect(codeOf(await eve.call('POST', path, {}))).toBe('404 invalid_id');
    for (const act of ['disable', 'enable', 'revocation', 'restoration']) {
      const body = act === 'revocation' ? {} : undefined;
      expect(codeOf(await eve.call('POST', `${path}/${id}/${act}`, body))).toBe('404 invalid_id');
      expect(codeOf(await server.ann.call('POST', `${other}/${id}/${act}`, body))).toBe('404 invalid_token_id');
    }
  });
});
