/** A page that showed a secret leaves nothing of it in the browser (access.md, must never happen). */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paths } from '../../web/paths.ts';
import { useBrowser } from '../support/browser.ts';
import { generateKey, openAccountSettings } from '../support/key-rows.ts';
import { findSecrets, findTexts } from '../support/secret-forms.ts';
import { password, startWebServer, type Person, type WebServer } from '../support/web-server.ts';

const browser = useBrowser();
let server: WebServer;
let ann: Person;
beforeAll(async () => {
  server = await startWebServer();
  ann = await server.account();
});
afterAll(() => server.stop());

/** Everything a script of the page could find later, and what the history keeps. */
async function leftovers(page: Page): Promise<Buffer> {
  const found: unknown = await page.evaluate(`JSON.stringify({
    page: document.documentElement.outerHTML,
    fields: [...document.querySelectorAll('input, textarea')].map((field) => field.value),
    local: { ...localStorage },
    session: { ...sessionStorage },
    state: history.state,
    address: location.href,
    referrer: document.referrer,
    entries: performance.getEntries().map((entry) => entry.toJSON()),
    globals: Object.keys(globalThis).map((name) => { try { return JSON.stringify(globalThis[name]); } catch { return ''; } }),
    cookies: document.cookie,
    name: window.name,
  })`);
  const stores: unknown = await page.evaluate(`(async () => JSON.stringify([await indexedDB.databases(), await caches.keys()]))()`);
  expect(stores).toBe('[[],[]]');
  return Buffer.from(String(found));
}

/** The memory of the page, after what is no longer used was thrown away. */
async function memoryOf(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return Buffer.from(chunks.join(''));
}

async function signedIn(): Promise<Page> {
  const { cookie } = await server.signIn(ann);
  const { page } = await browser.open(server.url, { cookie: String(cookie) });
  return page;
}

describe('after the page was left, nothing is left', () => {
  it('of an API access key', async () => {
    const page = await signedIn();
    await openAccountSettings(page, ann.accountId);
    const secret = await generateKey(page, 'gone');
    expect(findSecrets(await leftovers(page), [secret])).not.toEqual([]);
    await page.getByRole('button', { name: 'Close and Continue' }).click();
    await page.getByRole('heading', { name: 'API access keys' }).waitFor();
    expect(findSecrets(await leftovers(page), [secret])).toEqual([]);
    await page.goBack();
    await page.waitForLoadState('networkidle');
    expect(findSecrets(await leftovers(page), [secret])).toEqual([]);
  });

  it('of an import token', async () => {
    const page = await signedIn();
    await page.goto(paths.newImportApi(ann.accountId));
    await page.getByLabel('Integration Name').fill('Leaky shop');
    await page.getByText('leaky_shop').waitFor();
    await page.getByRole('button', { name: 'Save and Generate Token' }).click();
    const field = page.getByLabel('Your Thimble API Token', { exact: true });
    await field.waitFor();
    const secret = await field.inputValue();
    await page.getByRole('button', { name: 'Close and Continue' }).click();
    await page.getByRole('heading', { name: 'Leaky shop' }).waitFor();
    expect(findSecrets(await leftovers(page), [secret])).toEqual([]);
  });

  it('of an import token, when the page is left by the menu instead of its button', async () => {
    const page = await signedIn();
    const client = await server.signIn(ann);
    const source = await client.call('createIntegration', { body: { type: 'import_api', display_name: 'Sidestep' } });
    await page.goto(paths.integration(ann.accountId, source.id, 'settings'));
    await page.getByRole('button', { name: 'Generate Token' }).click();
    const field = page.getByLabel('Your Thimble API Token', { exact: true });
    await field.waitFor();
    const secret = await field.inputValue();
    await page.getByRole('link', { name: 'Destination', exact: true }).click();
    await page.getByRole('heading', { name: 'Destination' }).first().waitFor();
    expect(findSecrets(await leftovers(page), [secret])).toEqual([]);
    await page.goBack();
    await page.waitForLoadState('networkidle');
    expect(findSecrets(await leftovers(page), [secret])).toEqual([]);
  });

  it('of the link of an invitation, and of the password that was chosen', async () => {
    const client = await server.signIn(ann);
    const { link } = await client.call('inviteMember', { body: { email: 'fay@example.com' } });
    const token = new URL(String(link)).hash.replace('#token=', '');
    const { page } = await browser.open(server.url);
    await page.goto(String(link));
    await page.getByLabel('Full Name').fill('Fay');
    expect(page.url()).not.toContain(token);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByLabel('Password again').fill(password);
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('heading', { name: 'Integrations' }).waitFor();
    expect(findTexts(await leftovers(page), [token, password])).toEqual([]);
    expect(findTexts(await memoryOf(page), [password])).toEqual([]);
  });

  it('of the passwords of a link to choose a new one, nor of the link but in the list of what the browser loaded, where it is spent', async () => {
    const client = await server.signIn(ann);
    const ben = await server.invited(client);
    const { link } = await client.call('linkForMember', { params: { member_id: ben.memberId } });
    const token = new URL(String(link)).hash.replace('#token=', '');
    const { page } = await browser.open(server.url);
    await page.goto(String(link));
    const chosen = 'three pewter buttons';
    await page.locator('button[type=submit]').waitFor();
    for (const field of await page.locator('input[type=password]').all()) await field.fill(chosen);
    await page.locator('button[type=submit]').click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    const { entries: _loaded, ...rest } = JSON.parse((await leftovers(page)).toString()) as Record<string, unknown>;
    expect(findTexts(Buffer.from(JSON.stringify(rest)), [token, chosen])).toEqual([]);
    await expect(client.call('resetPassword', { body: { token, password: 'another long password' } })).rejects.toMatchObject({
      code: 'invalid_link',
    });
  });
});
