/** Incoming Webhooks integrations and their URLs, as members handle them (web-app.md §6.4). */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paths } from '../../web/paths.ts';
import { useBrowser } from '../support/browser.ts';
import { waitForText } from '../support/key-rows.ts';
import { send } from '../support/test-app.ts';
import { startWebServer, type Person, type WebServer } from '../support/web-server.ts';

const browser = useBrowser();
let server: WebServer;
beforeAll(async () => {
  server = await startWebServer();
});
afterAll(() => server.stop());

async function start(): Promise<{ ann: Person; page: Page; client: Awaited<ReturnType<WebServer['signIn']>> }> {
  const ann = await server.account();
  const client = await server.signIn(ann);
  const { page } = await browser.open(server.url, { cookie: String(client.cookie) });
  return { ann, page, client };
}

const urlRows = (page: Page): Locator => page.getByRole('table', { name: 'Webhook URLs' }).getByRole('row').filter({ hasText: '(UTC)' });

async function shownUrl(page: Page): Promise<string> {
  await page.getByRole('heading', { name: 'Generated Webhook URL' }).waitFor();
  return page.getByLabel('Your Webhook URL', { exact: true }).inputValue();
}

const hook = async (url: string, body: unknown): Promise<number> => (await send(server.url, 'POST', url, { body })).status;

async function revokeFirst(page: Page): Promise<void> {
  await urlRows(page)
    .first()
    .getByRole('button', { name: /^Revoke/ })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
}

describe('an Incoming Webhooks integration', () => {
  it('is made with a name and a primary key, and shows its URL once, with Copy and Continue', async () => {
    const { page } = await start();
    await page.goto('/');
    await page.getByRole('link', { name: 'Add Integration' }).first().click();
    await page.getByRole('link', { name: /Incoming Webhooks/ }).click();
    await page.getByLabel('Integration Name').fill('Shop events');
    await page.getByText('Will appear in your data warehouse as shop_events.').waitFor();
    await page.getByLabel('Primary Key').fill('k'.repeat(60));
    expect(await page.getByLabel('Primary Key').inputValue()).toHaveLength(50);
    await page.getByLabel('Primary Key').fill('id');
    await page.getByRole('button', { name: 'Save Integration' }).click();
    const url = await shownUrl(page);
    expect(url).toMatch(new RegExp(`^${server.url.origin}/v1/webhooks/wh_[0-9A-Za-z]{50}$`));
    expect(await page.getByRole('button', { name: 'Copy: Your Webhook URL' }).isVisible()).toBe(true);
    expect([await hook(url, { id: 1 }), await hook(url, { other: 1 })]).toEqual([200, 400]);
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await page.getByRole('heading', { name: 'Shop events' }).waitFor();
    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    await page.getByText('Records are identified by their field id').waitFor();
    for (const move of ['goBack', 'goForward', 'reload'] as const) {
      await page[move]();
      await page.waitForLoadState('networkidle');
      expect(await page.content()).not.toContain(url.slice(-50));
    }
  });

  it('has at most two URLs; one replaces the other, and a revoked one is dead at once and may come back, disabled', async () => {
    const { ann, page, client } = await start();
    const source = await client.call('createIntegration', { body: { type: 'webhook.incoming-webhook', display_name: 'Forms' } });
    expect(source.primary_key).toBeNull();
    await page.goto(paths.integration(ann.accountId, source.id, 'settings'));
    await page.getByText('It has no primary key').waitFor();
    const generate = page.getByRole('button', { name: 'Generate Webhook URL' });
    const urls: string[] = [];
    for (let count = 1; count <= 2; count += 1) {
      await generate.click();
      urls.push(await shownUrl(page));
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      await expect.poll(() => urlRows(page).count()).toBe(count);
    }
    const [first = '', second = ''] = urls;
    expect(await generate.isDisabled()).toBe(true);
    expect([await hook(first, { a: 1 }), await hook(second, { a: 1 })]).toEqual([200, 200]);
    await revokeFirst(page);
    await expect.poll(() => urlRows(page).count()).toBe(1);
    expect([await hook(first, { a: 1 }), await hook(second, { a: 1 })]).toEqual([404, 200]);
    await page.getByRole('button', { name: 'Bring back' }).click();
    await waitForText(urlRows(page).first(), /Disabled/);
    expect(await hook(first, { a: 1 })).toBe(404);
    await urlRows(page)
      .first()
      .getByRole('button', { name: /^More for the webhook URL/ })
      .click();
    await page.getByRole('menuitem', { name: 'Re-enable this webhook URL' }).click();
    await waitForText(urlRows(page).first(), /Enabled/);
    expect(await hook(first, { a: 1 })).toBe(200);
    expect(await page.content()).not.toContain(second.slice(-50));
  });
});
