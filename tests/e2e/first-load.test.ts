/** What the first visit costs, and that it stays at home. */
import { gzipSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paths } from '../../web/paths.ts';
import { useBrowser } from '../support/browser.ts';
import { startWebServer, type Person, type WebServer } from '../support/web-server.ts';

const maxScriptBytes = 200_000;
const browser = useBrowser();
let server: WebServer;
let ann: Person;
beforeAll(async () => {
  server = await startWebServer();
  ann = await server.account();
});
afterAll(() => server.stop());

/** Everything a first visit of `path` asks for. */
async function visit(path: string, heading: string, cookie?: string): Promise<Response[]> {
  const { page } = await browser.open(server.url, cookie === undefined ? {} : { cookie });
  const responses: Response[] = [];
  page.on('response', (response) => responses.push(response));
  await page.goto(path);
  await page.getByRole('heading', { name: heading }).first().waitFor();
  await page.waitForLoadState('networkidle');
  return responses;
}

async function scriptBytes(responses: readonly Response[]): Promise<number> {
  const scripts = responses.filter((response) => response.request().resourceType() === 'script');
  const sizes = await Promise.all(scripts.map(async (script) => gzipSync(await script.body()).length));
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe('the first visit', () => {
  it.each([
    ['of somebody who signs in', () => paths.signIn(), 'Sign in', false],
    ['of a member who looks at the integrations', () => paths.integrations(ann.accountId), 'Integrations', true],
    ['of a member who looks at the keys', () => paths.settings(ann.accountId, 'account'), 'API access keys', true],
  ] as const)('%s loads at most 200 kB of compressed script, all from the own origin', async (_who, path, heading, isMember) => {
    const cookie = isMember ? String((await server.signIn(ann)).cookie) : undefined;
    const responses = await visit(path(), heading, cookie);
    const bytes = await scriptBytes(responses);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(maxScriptBytes);
    expect([...new Set(responses.map((response) => new URL(response.url()).origin))]).toEqual([server.url.origin]);
  });

  it('gets a page that nobody keeps and files that everybody may keep', async () => {
    const responses = await visit(paths.signIn(), 'Sign in');
    for (const response of responses) {
      const kept = response.headers()['cache-control'];
      const isAsset = new URL(response.url()).pathname.startsWith('/assets/');
      expect(kept, response.url()).toMatch(isAsset ? /^public, max-age=31536000, immutable$/ : /^no-(store|cache)$/);
    }
    const policy = responses[0]?.headers()['content-security-policy'] ?? '';
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });
});
