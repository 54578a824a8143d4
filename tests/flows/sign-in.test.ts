/** The door: cookies, guesses, other sites, and what a proxy says. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHttpProxy } from '../support/http-proxy.ts';
import { createPeopleClient, tokenOf } from '../support/people-client.ts';
import { password, setUpTeam } from '../support/team.ts';
import { startTestApp } from '../support/test-app.ts';

const plainCookie = /^thimble_session=[\w-]{43}; Path=\/; Expires=[^;]*; HttpOnly; SameSite=Lax$/;
const hostCookie = /^__Host-thimble_session=[\w-]{43}; Path=\/; Expires=[^;]*; HttpOnly; Secure; SameSite=Lax$/;

describe('people at the door', () => {
  it('are kept by a cookie no script reads, and out by the same answer whatever was wrong', async () => {
    const { browser } = await setUpTeam();
    const signIn = (body: object) => browser().call('POST', '/session', { email: 'ann@example.com', password, ...body });
    const good = await signIn({});
    expect(good.headers.get('set-cookie')).toMatch(plainCookie);
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

  it('have a __Host- cookie with Secure behind a trusted proxy that says HTTPS, and a plain one on loopback', async () => {
    const { app, browser } = await setUpTeam({ configure: (config) => ({ ...config, trustedProxies: ['127.0.0.1'] }) });
    const cookieOf = async (headers: Record<string, string>): Promise<string | null> => {
      const reply = await browser().call('POST', '/session', { email: 'ann@example.com', password }, headers);
      return reply.headers.get('set-cookie');
    };
    expect(await cookieOf({})).toMatch(plainCookie);
    const origin = app.url.origin.replace('http:', 'https:');
    for (const proto of ['https', 'HTTPS', 'http, https'])
      expect(await cookieOf({ 'x-forwarded-proto': proto, origin })).toMatch(hostCookie);
    const foreign = await browser().call('POST', '/session', { email: 'ann@example.com', password }, { 'x-forwarded-proto': 'https' });
    expect(foreign.body.error.code).toBe('foreign_origin');
  });

  it('are refused what came to a trusted proxy over plain HTTP, with or without a cookie', async () => {
    const { ann, browser } = await setUpTeam({ configure: (config) => ({ ...config, trustedProxies: ['127.0.0.1'] }) });
    for (const proto of ['http', 'https, http', 'ws', '']) {
      const headers = { 'x-forwarded-proto': proto };
      const replies = [
        await ann.call('GET', '/session', undefined, headers),
        await browser().call('POST', '/session', { email: 'ann@example.com', password }, headers),
      ];
      for (const { status, text, headers: answered } of replies) {
        expect([status, text, answered.get('set-cookie')], proto).toEqual([403, expect.stringContaining('Use HTTPS'), null]);
      }
    }
  });

  it('are not made to look secure by a header of anybody but a trusted proxy', async () => {
    const { browser } = await setUpTeam({ configure: (config) => ({ ...config, trustedProxies: ['192.0.2.7'] }) });
    const headers = { 'x-forwarded-proto': 'https' };
    const reply = await browser().call('POST', '/session', { email: 'ann@example.com', password }, headers);
    expect(reply.headers.get('set-cookie')).toMatch(plainCookie);
  });

  it('come from the public URL: its cookie, its origin, its links, and no other', async () => {
    const publicUrl = new URL('https://thimble.example.com');
    const app = await startTestApp({ configure: (config) => ({ ...config, publicUrl, trustedProxies: ['127.0.0.1'] }) });
    onTestFinished(() => app.stop());
    expect(app.setupUrl).toMatch(/^https:\/\/thimble\.example\.com\/session\/setup#token=/);
    const proxy = await startHttpProxy(app.url, { host: publicUrl.host, 'x-forwarded-proto': 'https' });
    const browser = createPeopleClient(proxy, publicUrl.origin);
    const code = tokenOf(app.setupUrl);
    const opened = await browser.call('POST', '/setup', { code, company: 'Acme', name: 'Ann', email: 'ann@example.com', password });
    expect(opened.headers.get('set-cookie')).toMatch(hostCookie);
    const { link } = await browser.ok('POST', '/invitations', { email: 'ben@example.com' });
    expect(String(link)).toMatch(/^https:\/\/thimble\.example\.com\/session\/join#token=/);
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await browser.call('PUT', '/account', { company: 'Acme' }, headers)).status;
    expect(await status({})).toBe(200);
    for (const origin of [
      'http://thimble.example.com',
      'https://thimble.example.com:8443',
      'https://thimble.example.com.evil.example',
      'https://evil.example',
      app.url.origin,
      'null',
    ]) {
      expect([origin, await status({ origin })]).toEqual([origin, 403]);
    }
    const evil = await startHttpProxy(app.url, { host: 'evil.example', 'x-forwarded-proto': 'https' });
    const rebound = await createPeopleClient(evil, 'https://evil.example').call('PUT', '/account', { company: 'Evil' });
    expect(rebound.status).toBe(421);
    const plain = await startHttpProxy(app.url, { host: publicUrl.host, 'x-forwarded-proto': 'http' });
    expect((await createPeopleClient(plain, publicUrl.origin).call('GET', '/entrance')).status).toBe(403);
    // The plain name is not taken for the other.
    const secret = browser.cookie()?.replace(/^.*=/, '');
    expect((await browser.call('GET', '/session', undefined, { cookie: `thimble_session=${secret}` })).status).toBe(401);
    const left = await browser.call('DELETE', '/session');
    expect(left.headers.get('set-cookie')).toMatch(
      /^__Host-thimble_session=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it('who come in hundreds are answered or sent away within bounded memory, and the next one gets in', async () => {
    const { browser } = await setUpTeam({ configure: (config) => ({ ...config, trustedProxies: ['127.0.0.1'] }) });
    const signIn = (n: number, body: object) => browser().call('POST', '/session', body, { 'x-forwarded-for': `10.0.${n % 250}.1` });
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, n) => signIn(n, { email: `nobody${n}@example.com`, password: 'wrong' })),
    );
    clearInterval(watch);
    const refused = replies.filter(({ status }) => status === 429);
    // Two at work and 64 waiting; a place that became free meanwhile is taken again.
    expect(replies.filter(({ status }) => status === 401).length).toBe(200 - refused.length);
    expect(refused.length).toBeGreaterThan(20);
    for (const { headers, body } of refused) {
      expect([Number(headers.get('retry-after')) > 0, body.error.code]).toEqual([true, 'too_many_requests']);
    }
    // All at once would take 3.8 GB; two take 38 MB.
    expect(most - before).toBeLessThan(400 * 2 ** 20);
    expect((await signIn(249, { email: 'ann@example.com', password })).status).toBe(200);
  });
});
