import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Secret, TOTP } from 'otpauth';
import { SMTPServer } from 'smtp-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPeopleClient, tokenOf, type PeopleClient } from '../support/people-client.ts';
import { startTestApp, type TestApp, type TestAppOptions } from '../support/test-app.ts';

const password = 'vivid harbor lantern';

interface Team {
  readonly app: TestApp;
  readonly ann: PeopleClient;
  browser(): PeopleClient;
}

/** A server whose first account was made with the printed link; Ann is signed in. */
async function setUpTeam(options: TestAppOptions = {}): Promise<Team> {
  const app = await startTestApp(options);
  onTestFinished(() => app.stop());
  const ann = createPeopleClient(app.url);
  const code = tokenOf(app.setupUrl);
  await ann.ok('POST', '/setup', { code, company: 'Acme', name: 'Ann Lee', email: 'Ann@Example.com', password });
  return { app, ann, browser: () => createPeopleClient(app.url) };
}

async function join(team: Team, email: string, role = 'general_user'): Promise<PeopleClient> {
  const { link } = await team.ann.ok('POST', '/invitations', { email, role });
  const browser = team.browser();
  await browser.ok('POST', '/invitations/acceptances', { token: tokenOf(link), name: 'Ben', password });
  return browser;
}

function codeOf(secret: string, at = Date.now()): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });
}

describe('people', () => {
  it('set up the first account with the printed link, once, and are its Administrator on Premium', async () => {
    const { app, ann, browser } = await setUpTeam();
    const session = await ann.ok('GET', '/session');
    expect(session.member).toMatchObject({ email: 'ann@example.com', roles: ['administrator'] });
    expect(session.account).toMatchObject({ company: 'Acme', plan: 'premium' });
    expect(await browser().ok('GET', '/entrance')).toEqual({ needs_setup: false, sign_up: 'invitation', sends_mail: false });
    const again = { code: tokenOf(app.setupUrl), company: 'B', name: 'B', email: 'b@example.com', password };
    expect((await browser().call('POST', '/setup', again)).body.error.code).toBe('invalid_link');
  });

  it('are kept by a cookie no script reads, and out by the same answer whatever was wrong', async () => {
    const { browser } = await setUpTeam();
    const signIn = (body: object) => browser().call('POST', '/session', { email: 'ann@example.com', password, ...body });
    const good = await signIn({});
    expect(good.headers.get('set-cookie')).toMatch(/^thimble_session=[\w-]{43}; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/);
    expect(good.headers.get('cache-control')).toBe('no-store');
    const [wrong, unknown] = [await signIn({ password: 'wrong' }), await signIn({ email: 'nobody@example.com' })];
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(wrong.body.error).toEqual({ ...unknown.body.error, request_id: wrong.body.error.request_id });
  });

  it('wait longer and longer after five wrong passwords, from there and for that account', async () => {
    const { browser } = await setUpTeam();
    const guess = () => browser().call('POST', '/session', { email: 'ann@example.com', password: 'wrong' });
    let answered = 0;
    let reply = await guess();
    for (; reply.status === 401; reply = await guess()) answered += 1;
    expect(reply.status).toBe(429);
    // Five are free; a slow machine may have waited out the first seconds.
    expect(answered).toBeGreaterThanOrEqual(5);
    expect(answered).toBeLessThan(9);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await browser().call('POST', '/session', { email: 'ben@example.com', password: 'wrong' });
    expect(other.status).toBe(401);
  });

  it('cannot be made to act by another site', async () => {
    const { ann } = await setUpTeam();
    const body = { company: 'Evil' };
    const from = async (headers: Record<string, string>) => (await ann.call('PUT', '/account', body, headers)).status;
    expect(await from({ origin: 'http://evil.example' })).toBe(403);
    expect(await from({ origin: 'null' })).toBe(403);
    expect(await from({ 'content-type': 'text/plain' })).toBe(403);
    expect((await ann.ok('GET', '/account')).company).toBe('Acme');
    expect(await from({})).toBe(200);
    const reply = await ann.call('GET', '/account', undefined, { origin: 'http://evil.example' });
    expect([...reply.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('join once with an invitation, even when twenty accept it at the same time', async () => {
    const team = await setUpTeam();
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
    const team = await setUpTeam();
    await join(team, 'ben@example.com');
    expect((await team.ann.call('POST', '/invitations', { email: 'BEN@example.com' })).body.error.code).toBe('existing_user');
    const change = await team.ann.call('POST', '/profile/email', { email: 'ben@example.com', password });
    expect(change.body.error.code).toBe('existing_user');
    const made = team.app.operator.call('POST', '/accounts', { company: 'B', email: 'Ben@example.com', name: 'Ben' });
    await expect(made).rejects.toThrow('exists already');
  });

  it('invite, change roles and deactivate only as Administrators, and never end up without one', async () => {
    const team = await setUpTeam();
    const ben = await join(team, 'ben@example.com');
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
    const team = await setUpTeam();
    const ben = await join(team, 'ben@example.com');
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
    const team = await setUpTeam();
    const ben = await join(team, 'ben@example.com');
    const { secret } = await ben.ok('POST', '/api-keys', { description: 'job' });
    await team.ann.ok('POST', '/members/2/deactivation', { keys: 'keep', owner_id: 1 });
    const connect = await fetch(new URL('/v4/sources', team.app.url), { headers: { authorization: `Bearer ${secret}` } });
    expect(connect.status).toBe(200);
  });

  it('reset a password with a link that ends every session, and the answer tells nothing', async () => {
    const { app, ann, browser } = await setUpTeam();
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
    const { app, browser } = await setUpTeam();
    await app.operator.call('POST', '/accounts', { company: 'B', email: 'cleo@example.com', name: 'Cleo' });
    expect((await browser().call('POST', '/session', { email: 'cleo@example.com', password })).status).toBe(401);
    const { link } = await app.operator.call('POST', '/members/links', { email: 'cleo@example.com' });
    await browser().ok('POST', '/password-resets/completions', { token: tokenOf(link), password });
    await browser().ok('POST', '/session', { email: 'cleo@example.com', password });
  });

  it('sign in with a second factor: no code is taken twice, a recovery code once', async () => {
    const { ann, browser } = await setUpTeam();
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
    const { ann, browser } = await setUpTeam();
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
    const { ann } = await setUpTeam();
    await ann.ok('POST', '/api-keys', { description: 'job' });
    expect(await ann.ok('GET', '/account/plan-preview?plan=standard')).toMatchObject({ disables_keys: 1, disabled_keys: 0, members: 1 });
    expect((await ann.ok('PUT', '/account/plan', { plan: 'standard' })).disabled_keys).toBe(1);
    await ann.ok('PUT', '/account/plan', { plan: 'premium' });
    expect((await ann.ok('GET', '/api-keys')).map(({ state }: { state: string }) => state)).toEqual(['disabled']);
  });

  it('fill the seats of a plan with members and open invitations', async () => {
    const { ann } = await setUpTeam();
    await ann.ok('PUT', '/account/plan', { plan: 'standard' });
    for (const n of [1, 2, 3, 4]) await ann.ok('POST', '/invitations', { email: `m${n}@example.com` });
    expect((await ann.call('POST', '/invitations', { email: 'm5@example.com' })).body.error.code).toBe('member_limit_exceeded');
  });

  it('find everything they did in the audit log, without a secret', async () => {
    const team = await setUpTeam();
    await join(team, 'ben@example.com');
    const reply = await team.ann.call('GET', '/audit');
    const verbs = reply.body.entries.map(({ verb }: { verb: string }) => verb);
    expect(verbs).toEqual(['session.begin', 'invitation.accept', 'invitation.create', 'session.begin', 'account.create']);
    expect(reply.body.entries[1].actor_name).toBe('ben@example.com');
    expect(reply.text).not.toMatch(/[\w-]{43}/);
  });

  it('are mailed their links by a real mail server, which may come up late', async () => {
    const received: string[] = [];
    const port = await freePort();
    const url = `smtp://127.0.0.1:${port}?ignoreTLS=true`;
    const team = await setUpTeam({
      configure: (config) => ({ ...config, people: { ...config.people, signUp: 'open', mail: { url, from: 'thimble@example.com' } } }),
    });
    const { link } = await team.ann.ok('POST', '/invitations', { email: 'ben@example.com' });
    expect(link).toBeNull();
    await until(async () => Number((await newestMail(team.app))['attempts']) > 0);
    const smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          received.push(Buffer.concat(chunks).toString('utf8'));
          done();
        });
      },
    });
    await new Promise<void>((resolve) => smtp.listen(port, '127.0.0.1', () => resolve()));
    onTestFinished(
      () =>
        new Promise<void>((resolve) => {
          smtp.close(() => resolve());
        }),
    );
    await team.browser().ok('POST', '/sign-ups', { email: 'cleo@example.com' });
    await until(async () => received.length > 0);
    const text = (received[0] ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=');
    expect(text).toMatch(/^To: cleo@example\.com/m);
    const token = /\/session\/sign-up#token=([\w-]{43})/.exec(text)?.[1];
    const cleo = team.browser();
    const opened = await cleo.ok('POST', '/sign-ups/completions', { token, company: 'Cleo Ltd', name: 'Cleo', password });
    expect(opened).toMatchObject({ member: { email: 'cleo@example.com', roles: ['administrator'] }, account: { company: 'Cleo Ltd' } });
  });
});

async function newestMail(app: TestApp): Promise<Record<string, unknown>> {
  const { mail } = await app.operator.call('GET', '/mail');
  return (mail as Record<string, unknown>[])[0] ?? {};
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await delay(20);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return port;
}
