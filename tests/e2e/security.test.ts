/** What a browser refuses on our pages: foreign scripts, foreign styles, foreign pages. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { startWebServer, type Person, type WebServer } from '../support/web-server.ts';

const browser = useBrowser();
let server: WebServer;
let ann: Person;
let foreign: Server;
let foreignUrl: URL;
beforeAll(async () => {
  server = await startWebServer();
  ann = await server.account();
  foreign = createServer((_request, reply) => reply.setHeader('content-type', 'text/html').end('<!doctype html><h1>Somebody else</h1>'));
  await new Promise<void>((listening) => foreign.listen(0, '127.0.0.1', listening));
  // Another name and port: another origin, and another site.
  foreignUrl = new URL(`http://localhost:${(foreign.address() as AddressInfo).port}/`);
});
afterAll(async () => {
  foreign.close();
  await server.stop();
});

describe('a page of the app', () => {
  it('that does not exist says so, and leads back', async () => {
    const { page } = await browser.open(server.url);
    await page.goto('/session/nowhere');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    expect(await page.getByRole('link', { name: 'Go to the integrations' }).isVisible()).toBe(true);
  });

  it('runs no script and takes no style that was put into it', async () => {
    const { page, problems } = await browser.open(server.url);
    await page.goto('/session/nowhere');
    await page.getByRole('heading').first().waitFor();
    await page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<img src="/icon.svg?" onload="window.injected = true"><p style="color: red">x</p>');
      const link = document.createElement('a');
      link.href = 'javascript:window.injected = true';
      document.body.append(link);
      link.click();
    `);
    await expect.poll(() => problems.filter((problem) => problem.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(4);
    expect(await page.evaluate(`'injected' in window`)).toBe(false);
    // These were the test's own.
    problems.length = 0;
  });

  it('cannot be asked for anything by the page of another origin, and cannot be framed by it', async () => {
    const client = await server.signIn(ann);
    const { page, problems } = await browser.open(foreignUrl, { cookie: String(client.cookie) });
    // The cookie is for the app's own host.
    await page.context().addCookies([{ ...cookieOf(String(client.cookie)), url: server.url.origin, sameSite: 'Lax' }]);
    await page.context().unrouteAll();
    await page.goto('/');
    const before = await client.call('listApiKeys', {});
    const target = (path: string): string => JSON.stringify(new URL(path, server.url).href);
    const outcome = await page.evaluate(`(async () => {
      const attempt = async (path, init) => {
        try { return 'answered ' + (await (await fetch(path, { credentials: 'include', ...init })).text()); } catch (error) { return error.name; }
      };
      const body = JSON.stringify({ description: 'stolen' });
      return [
        await attempt(${target('/account/v1/api-keys')}, {}),
        await attempt(${target('/account/v1/api-keys')}, { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
        await attempt(${target('/account/v1/api-keys')}, { method: 'POST', headers: { 'content-type': 'text/plain' }, body }),
        await attempt(${target('/account/v1/session')}, { method: 'DELETE' }),
      ];
    })()`);
    expect(outcome).toEqual(['TypeError', 'TypeError', 'TypeError', 'TypeError']);
    await page.evaluate(`new Promise((done) => {
      const frame = document.createElement('iframe');
      frame.src = ${target('/')};
      frame.onload = done;
      document.body.append(frame);
    })`);
    expect(page.frames().map((frame) => frame.url())).not.toContain(server.url.href);
    expect(await client.call('listApiKeys', {})).toEqual(before);
    expect(problems.length).toBeGreaterThan(0);
    problems.length = 0;
  });
});

function cookieOf(pair: string): { name: string; value: string; httpOnly: boolean } {
  const cut = pair.indexOf('=');
  return { name: pair.slice(0, cut), value: pair.slice(cut + 1), httpOnly: true };
}
