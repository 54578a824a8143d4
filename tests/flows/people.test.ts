/** What members of an account do, on either store. */
import { describe, expect, it } from 'vitest';
import { tokenOf } from '../support/people-client.ts';
import { usePostgres } from '../support/store-engines.ts';
import { codeOf, mailedToken, password, setUpTeam, type Team } from '../support/team.ts';
import { send } from '../support/test-app.ts';

describe.each(['files', 'PostgreSQL'])('people, on %s', (engine) => {
  const databases = engine === 'files' ? undefined : usePostgres({ version: 18 });

  async function newTeam(): Promise<Team> {
    const databaseUrl = await databases?.newStore();
    return setUpTeam(databaseUrl === undefined ? {} : { databaseUrl });
  }

  it('set up the first account with the printed link, once, and are its Administrator on Premium', async () => {
    const { app, ann, browser } = await newTeam();
    const session = await ann.ok('GET', '/session');
    expect(session.member).toMatchObject({ email: 'ann@example.com', roles: ['administrator'] });
    expect(session.account).toMatchObject({ company: 'Acme', plan: 'premium' });
    expect(await browser().ok('GET', '/entrance')).toEqual({ needs_setup: false, sign_up: 'invitation', sends_mail: false });
    const again = { code: tokenOf(app.setupUrl), company: 'B', name: 'B', email: 'b@example.com', password };
    expect((await browser().call('POST', '/setup', again)).body.error.code).toBe('invalid_link');
  });

  it('join once with an invitation, even when twenty accept it at the same time', async () => {
    const team = await newTeam();
    const { link } = await team.ann.ok('POST', '/invitations', { email: 'Ben@example.com' });
    const token = tokenOf(link);
    expect(await team.browser().ok('POST', '/invitations/lookups', { token })).toEqual({
      company: 'Acme',
      email: 'ben@example.com',
      invited_by: 'Ann Lee',
    });
    const accept = () => team.browser().call('POST', '/invitations/acceptances', { token, name: 'Ben', password });
    const replies = await Promise.all(Array.from({ length: 20 }, accept));
    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, ...Array.from({ length: 19 }, () => 400)]);
    const { members, invitations } = await team.ann.ok('GET', '/members');
    expect(members.map(({ email }: { email: string }) => email)).toEqual(['ann@example.com', 'ben@example.com']);
    expect(invitations).toEqual([]);
  });

  it('have one account per address: invitation, change of address and set-up by the operator are refused', async () => {
    const team = await newTeam();
    await team.join('ben@example.com');
    expect((await team.ann.call('POST', '/invitations', { email: 'BEN@example.com' })).body.error.code).toBe('existing_user');
    const change = await team.ann.call('POST', '/profile/email', { email: 'ben@example.com', password });
    expect(change.body.error.code).toBe('existing_user');
    const made = team.app.operator.call('POST', '/accounts', { company: 'B', email: 'Ben@example.com', name: 'Ben' });
    await expect(made).rejects.toThrow('exists already');
  });

  it('invite, change roles and deactivate only as Administrators, and never end up without one', async () => {
    const team = await newTeam();
    const ben = await team.join('ben@example.com');
    const denied = async (method: string, path: string, body?: unknown) => (await ben.call(method, path, body)).body.error.code;
    expect(await denied('POST', '/invitations', { email: 'c@example.com' })).toBe('access_denied');
    expect(await denied('PUT', '/members/1/role', { role: 'general_user' })).toBe('access_denied');
    expect(await denied('POST', '/members/1/deactivation', { keys: 'disable' })).toBe('access_denied');
    expect(await denied('PUT', '/account/plan', { plan: 'standard' })).toBe('access_denied');
    const last = await team.ann.call('PUT', '/members/1/role', { role: 'general_user' });
    expect(last.body.error.code).toBe('last_administrator');
    expect((await team.ann.call('POST', '/members/1/deactivation', { keys: 'disable' })).body.error.code).toBe('invalid_member_state');
  });

  it('are out when deactivation answers: their sessions, what they had under way and their keys', async () => {
    const team = await newTeam();
    const ben = await team.join('ben@example.com');
    const { secret, key } = await ben.ok('POST', '/api-keys', { description: 'job' });
    expect((await ben.call('GET', '/api-keys')).status).toBe(200);
    const running = Array.from({ length: 30 }, (_, n) => ben.call('PUT', '/account', { company: `Ben ${n}` }));
    const deactivated = await team.ann.ok('POST', '/members/2/deactivation', { keys: 'disable' });
    const { company } = await team.ann.ok('GET', '/account');
    expect(deactivated).toMatchObject({ state: 'deactivated', api_keys: 1 });
    expect((await ben.call('GET', '/session')).status).toBe(401);
    await Promise.all(running);
    expect((await team.ann.ok('GET', '/account')).company).toBe(company);
    const connect = await fetch(new URL('/v4/sources', team.app.url), { headers: { authorization: `Bearer ${secret}` } });
    expect(connect.status).toBe(401);
    expect((await team.browser().call('POST', '/session', { email: 'ben@example.com', password })).status).toBe(401);

    expect((await team.ann.call('POST', `/api-keys/${key.id}/enable`)).body.error.code).toBe('access_denied');
    expect(await team.ann.ok('POST', '/members/2/reactivation')).toMatchObject({ state: 'active' });
    const keys = await team.ann.ok('GET', '/api-keys');
    expect(keys.find(({ id }: { id: number }) => id === key.id).state).toBe('disabled');
    await team.browser().ok('POST', '/session', { email: 'ben@example.com', password });
  });

  it('leave keys that go on under another member when asked to', async () => {
    const team = await newTeam();
    const ben = await team.join('ben@example.com');
    const { secret } = await ben.ok('POST', '/api-keys', { description: 'job' });
    await team.ann.ok('POST', '/members/2/deactivation', { keys: 'keep', owner_id: 1 });
    const connect = await fetch(new URL('/v4/sources', team.app.url), { headers: { authorization: `Bearer ${secret}` } });
    expect(connect.status).toBe(200);
  });

  it('reset a password with a link that ends every session, and the answer tells nothing', async () => {
    const { app, ann, browser } = await newTeam();
    expect((await browser().call('POST', '/password-resets', { email: 'nobody@example.com' })).status).toBe(204);
    expect((await browser().call('POST', '/password-resets', { email: 'ann@example.com' })).status).toBe(204);
    const { mail } = await app.operator.call('GET', '/mail');
    const [newest, ...others] = mail as { id: number; recipient: string }[];
    expect([newest?.recipient, others.length]).toEqual(['ann@example.com', 0]);
    const { text } = await app.operator.call('GET', `/mail/${newest?.id}`);
    const token = /#token=([\w-]{43})/.exec(String(text))?.[1];
    const weak = await browser().call('POST', '/password-resets/completions', { token, password: 'ann@example.com1' });
    expect(weak.body.error.code).toBe('invalid_password');
    const fresh = 'copper meadow signal';
    await browser().ok('POST', '/password-resets/completions', { token, password: fresh });
    expect((await browser().call('POST', '/password-resets/completions', { token, password: fresh })).status).toBe(400);
    expect((await ann.call('GET', '/session')).status).toBe(401);
    await browser().ok('POST', '/session', { email: 'ann@example.com', password: fresh });
  });

  it('get in with a link of the operator before they ever chose a password', async () => {
    const { app, browser } = await newTeam();
    await app.operator.call('POST', '/accounts', { company: 'B', email: 'cleo@example.com', name: 'Cleo' });
    expect((await browser().call('POST', '/session', { email: 'cleo@example.com', password })).status).toBe(401);
    const { link } = await app.operator.call('POST', '/members/links', { email: 'cleo@example.com' });
    await browser().ok('POST', '/password-resets/completions', { token: tokenOf(link), password });
    await browser().ok('POST', '/session', { email: 'cleo@example.com', password });
  });

  it('sign in with a second factor: no code is taken twice, a recovery code once', async () => {
    const { ann, browser } = await newTeam();
    const { secret, uri } = await ann.ok('POST', '/profile/two-factor');
    expect(uri).toMatch(/^otpauth:\/\/totp\/Thimble:ann%40example\.com\?/);
    const { recovery_codes: codes } = await ann.ok('POST', '/profile/two-factor/confirmations', { code: codeOf(secret) });
    expect(codes).toHaveLength(10);
    const signIn = (code?: string) => browser().call('POST', '/session', { email: 'ann@example.com', password, ...(code && { code }) });
    expect((await signIn()).body.error.code).toBe('second_factor_required');
    // The code of the confirmation again, then that of the next step.
    expect((await signIn(codeOf(secret))).status).toBe(401);
    expect((await signIn(codeOf(secret, Date.now() + 30_000))).status).toBe(200);
    expect([(await signIn(codes[0].toUpperCase())).status, (await signIn(codes[0])).status]).toEqual([200, 401]);
    expect(await ann.ok('GET', '/profile')).toMatchObject({ two_factor: true, recovery_codes_left: 9 });
  });

  it('see and end their sessions, and change a password that ends the others', async () => {
    const { ann, browser } = await newTeam();
    const phone = browser();
    await phone.ok('POST', '/session', { email: 'ann@example.com', password });
    const sessions: { id: number; current: boolean }[] = await ann.ok('GET', '/sessions');
    expect(sessions.map(({ current }) => current).sort()).toEqual([false, true]);
    const other = sessions.find(({ current }) => !current);
    await ann.ok('DELETE', `/sessions/${other?.id}`);
    expect((await phone.call('GET', '/session')).status).toBe(401);
    await phone.ok('POST', '/session', { email: 'ann@example.com', password });
    await ann.ok('POST', '/profile/password', { old_password: password, new_password: 'copper meadow signal' });
    expect((await phone.call('GET', '/session')).status).toBe(401);
    const before = ann.cookie();
    await ann.ok('DELETE', '/session');
    expect((await ann.call('GET', '/session', undefined, { cookie: before ?? '' })).status).toBe(401);
  });

  it('lose the keys with the plan and get none back with it; the plan says so before', async () => {
    const { app, ann } = await newTeam();
    const { secret: token, key } = await ann.ok('POST', '/api-keys', { description: 'job' });
    const hook = { type: 'post_load', config: { url: 'https://127.0.0.1/secret-part' } };
    expect((await send(app.url, 'POST', '/notifications/public/v1/api/hooks', { token, body: hook })).status).toBe(200);
    const source = { type: 'platform.mssql', display_name: 'Shop', properties: { cron_expression: '0 0 12 * * ?' } };
    expect((await send(app.url, 'POST', '/v4/sources', { token, body: source })).status).toBe(200);
    const { created } = await ann.ok('GET', `/api-keys/${key.id}`);
    expect(created).toMatchObject([
      { kind: 'source', name: 'Shop', live: true },
      { kind: 'hook', name: '127.0.0.1', live: true },
    ]);
    const stops = { disables_keys: 1, disables_hooks: 1, pauses_sources: 1 };
    expect(await ann.ok('GET', '/account/plan-preview?plan=standard')).toMatchObject({ ...stops, disabled_keys: 0, members: 1 });
    expect((await ann.ok('PUT', '/account/plan', { plan: 'standard' })).disabled_keys).toBe(1);
    await ann.ok('PUT', '/account/plan', { plan: 'premium' });
    expect((await ann.ok('GET', '/api-keys')).map(({ state }: { state: string }) => state)).toEqual(['disabled']);
  });

  it('fill the seats of a plan with members and open invitations', async () => {
    const { ann } = await newTeam();
    await ann.ok('PUT', '/account/plan', { plan: 'standard' });
    for (const n of [1, 2, 3, 4]) await ann.ok('POST', '/invitations', { email: `m${n}@example.com` });
    expect((await ann.call('POST', '/invitations', { email: 'm5@example.com' })).body.error.code).toBe('member_limit_exceeded');
  });

  it('find everything they did in the audit log, without a secret', async () => {
    const team = await newTeam();
    await team.join('ben@example.com');
    const reply = await team.ann.call('GET', '/audit');
    const verbs = reply.body.entries.map(({ verb }: { verb: string }) => verb);
    expect(verbs).toEqual(['session.begin', 'invitation.accept', 'invitation.create', 'session.begin', 'account.create']);
    expect(reply.body.entries[1].actor_name).toBe('ben@example.com');
    expect(reply.text).not.toMatch(/[\w-]{43}/);
  });

  it('change their address with the link sent to the new one, once; nothing sent to the old one opens anything then', async () => {
    const { app, ann, browser } = await newTeam();
    const ask = (email: string) => ann.ok('POST', '/profile/email', { email, password });
    await ask('first@example.com');
    const first = await mailedToken(app, 'first@example.com');
    expect(await ask('Second@Example.com')).toMatchObject({ email: 'ann@example.com', pending_email: 'second@example.com' });
    await browser().ok('POST', '/session', { email: 'ann@example.com', password });
    await browser().ok('POST', '/password-resets', { email: 'ann@example.com' });
    const reset = await mailedToken(app, 'ann@example.com');
    const token = await mailedToken(app, 'second@example.com');

    const complete = (sent: string) => browser().call('POST', '/email-changes/completions', { token: sent });
    expect((await complete(first)).body.error.code).toBe('invalid_link');
    const replies = await Promise.all([1, 2, 3, 4, 5].map(() => complete(token)));
    expect(replies.map(({ status }) => status).sort()).toEqual([204, 400, 400, 400, 400]);
    expect((await complete(token)).body.error.code).toBe('invalid_link');
    expect(await ann.ok('GET', '/profile')).toMatchObject({ email: 'second@example.com', pending_email: null });
    expect((await browser().call('POST', '/session', { email: 'ann@example.com', password })).status).toBe(401);
    await browser().ok('POST', '/session', { email: 'second@example.com', password });
    const old = await browser().call('POST', '/password-resets/completions', { token: reset, password: 'copper meadow signal' });
    expect(old.body.error.code).toBe('invalid_link');
    const { mail } = await app.operator.call('GET', '/mail');
    expect((mail as { recipient: string }[])[0]?.recipient).toBe('ann@example.com');
  });

  it('get an address that several ask for only once, and none that was taken meanwhile', async () => {
    const team = await newTeam();
    const [ben, cleo] = [await team.join('ben@example.com'), await team.join('cleo@example.com')];
    const tokens: string[] = [];
    for (const member of [team.ann, ben, cleo]) {
      await member.ok('POST', '/profile/email', { email: 'team@example.com', password });
      tokens.push(await mailedToken(team.app, 'team@example.com'));
    }
    const { link } = await team.ann.ok('POST', '/invitations', { email: 'team@example.com' });
    const complete = (token: string | undefined) => team.browser().call('POST', '/email-changes/completions', { token });
    const accept = { token: tokenOf(link), name: 'Team', password };
    const replies = await Promise.all([...tokens.map(complete), team.browser().call('POST', '/invitations/acceptances', accept)]);
    expect(replies.map(({ status, body }) => (status < 300 ? 'ok' : body.error.code)).sort()).toEqual([
      ...Array.from({ length: 3 }, () => 'existing_user'),
      'ok',
    ]);
    const { members } = await team.ann.ok('GET', '/members');
    expect(members.filter(({ email }: { email: string }) => email === 'team@example.com')).toHaveLength(1);
    const loser = replies.slice(0, 3).findIndex(({ status }) => status >= 300);
    expect((await complete(tokens[loser])).body.error.code).toBe('existing_user');
  });

  it('use a reset link, a code and a recovery code once, also at the same moment', async () => {
    const { app, ann, browser } = await newTeam();
    const { secret } = await ann.ok('POST', '/profile/two-factor');
    const { recovery_codes: codes } = await ann.ok('POST', '/profile/two-factor/confirmations', { code: codeOf(secret) });
    // Fewer than would have to wait for each other's wrong codes.
    const atOnce = async (path: string, body: object): Promise<number[]> =>
      (await Promise.all([1, 2, 3].map(() => browser().call('POST', path, body)))).map(({ status }) => status).sort();
    const signIn = { email: 'ann@example.com', password };
    const next = codeOf(secret, Date.now() + 30_000);
    expect(await atOnce('/session', { ...signIn, code: next })).toEqual([200, 401, 401]);
    expect(await atOnce('/session', { ...signIn, code: codes[0] })).toEqual([200, 401, 401]);
    await browser().ok('POST', '/password-resets', { email: 'ann@example.com' });
    const token = await mailedToken(app, 'ann@example.com');
    const completed = await atOnce('/password-resets/completions', { token, password: 'copper meadow signal' });
    expect(completed).toEqual([204, 400, 400]);
  });

  it('keep an Administrator and the seats of the plan when everything happens at the same moment', async () => {
    const team = await newTeam();
    const ben = await team.join('ben@example.com', 'administrator');
    const demote = (by: typeof ben, id: number) => by.call('PUT', `/members/${id}/role`, { role: 'general_user' });
    const demoted = await Promise.all([demote(team.ann, 2), demote(ben, 1)]);
    expect(demoted.map(({ status }) => status < 300).sort()).toEqual([false, true]);
    const administrator = demoted[0]?.status === 200 ? team.ann : ben;
    const links: unknown[] = [];
    for (let n = 0; n < 6; n += 1) {
      links.push((await administrator.ok('POST', '/invitations', { email: `m${n}@example.com` })).link);
    }
    await administrator.ok('PUT', '/account/plan', { plan: 'standard' });
    const accept = (link: unknown) =>
      team.browser().call('POST', '/invitations/acceptances', { token: tokenOf(link), name: 'New', password });
    const accepted = await Promise.all(links.map(accept));
    expect(accepted.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(accepted.filter(({ body }) => body.error?.code === 'member_limit_exceeded')).toHaveLength(3);
    expect((await administrator.ok('GET', '/members')).members).toHaveLength(5);
  });
});
