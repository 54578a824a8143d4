/** Import API integrations and their tokens, as members handle them (web-app.md §6; T10 to T12). */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paths } from '../../web/paths.ts';
import { useBrowser } from '../support/browser.ts';
import { waitForText } from '../support/key-rows.ts';
import type { MemberClient } from '../support/member-client.ts';
import { send } from '../support/test-app.ts';
import { startWebServer, type Person, type WebServer } from '../support/web-server.ts';

const browser = useBrowser();
let server: WebServer;
beforeAll(async () => {
  server = await startWebServer();
});
afterAll(() => server.stop());

async function start(): Promise<{ ann: Person; client: MemberClient; page: Page }> {
  const ann = await server.account();
  const client = await server.signIn(ann);
  const { page } = await browser.open(server.url, { cookie: String(client.cookie) });
  return { ann, client, page };
}

/** The page that configures a new Import API integration, as one gets there. */
async function openNewImportApi(page: Page): Promise<void> {
  await page.goto('/');
  await page
    .getByRole('link', { name: 'Add Integration' })
    .or(page.getByRole('button', { name: 'Add Integration' }))
    .first()
    .click();
  await page.getByRole('link', { name: /Import API/ }).click();
  await page.getByLabel('Integration Name').waitFor();
}

const tokenRows = (page: Page): Locator =>
  page.getByRole('table', { name: 'API Access Tokens' }).getByRole('row').filter({ hasText: '(UTC)' });
const shownToken = async (page: Page): Promise<string> => {
  await page.getByRole('heading', { name: 'Generated API Token' }).waitFor();
  return page.getByLabel('Your Thimble API Token', { exact: true }).inputValue();
};

async function pushStatus(token: string, accountId: number, id = 1): Promise<number> {
  const record = { client_id: accountId, table_name: 'orders', action: 'upsert', key_names: ['id'], sequence: id, data: { id } };
  return (await send(server.url, 'POST', '/v2/import/push', { token, body: [record] })).status;
}

describe('an Import API integration', () => {
  it('paused refuses what is sent, as its page says, and takes it again once it goes on', async () => {
    const { ann, client, page } = await start();
    const shop = await client.call('createIntegration', { body: { type: 'import_api', display_name: 'Shop' } });
    const { secret } = await client.call('createImportToken', { params: { source_id: shop.id }, body: {} });
    expect(await pushStatus(secret, ann.accountId)).toBe(201);
    await page.goto(paths.integration(ann.accountId, shop.id));
    const toggle = page.getByRole('switch', { name: 'Integration is' });
    await toggle.click({ force: true });
    await page.getByText('what is sent now is refused').waitFor();
    expect(await pushStatus(secret, ann.accountId, 2)).toBe(401);
    await toggle.click({ force: true });
    await page.getByText('what is sent now is refused').waitFor({ state: 'hidden' });
    expect(await pushStatus(secret, ann.accountId, 3)).toBe(201);
  });

  it('T10: says its schema name while its name is typed, and refuses a taken one and one that is nothing', async () => {
    const { page } = await start();
    await openNewImportApi(page);
    const name = page.getByLabel('Integration Name');
    const save = page.getByRole('button', { name: 'Save and Generate Token' });
    await name.fill('Close.io');
    await page.getByText('Will appear in your data warehouse as closeio.').waitFor();
    await name.fill('test iapi');
    await page.getByText('Will appear in your data warehouse as test_iapi.').waitFor();
    await name.fill('####');
    await page.getByText('Will appear in your data warehouse').waitFor({ state: 'hidden' });
    await expect.poll(() => save.isDisabled()).toBe(true);
    await name.fill('test iapi');
    await page.getByText('Will appear in your data warehouse as test_iapi.').waitFor();
    await save.click();
    expect(await shownToken(page)).toMatch(/^at_\w{50}$/);
    await page.getByRole('button', { name: 'Close and Continue' }).click();
    await page.getByRole('heading', { name: 'test iapi' }).waitFor();
    await openNewImportApi(page);
    await page.getByLabel('Integration Name').fill('Test-iapi');
    await expect.poll(() => page.getByRole('button', { name: 'Save and Generate Token' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Use a different schema name?' }).click();
    await page.getByLabel('Integration Schema Name').fill('test_iapi_2');
    await page.getByText('Will appear in your data warehouse as test_iapi_2.').waitFor();
    await page.getByRole('button', { name: 'Save and Generate Token' }).click();
    await shownToken(page);
  });

  it('T11: has at most two tokens; revoking one frees its place, stops it at once, and leaves the other working', async () => {
    const { ann, client, page } = await start();
    const source = await client.call('createIntegration', { body: { type: 'import_api', display_name: 'Shop' } });
    await page.goto(paths.integration(ann.accountId, source.id, 'settings'));
    const generate = page.getByRole('button', { name: 'Generate Token' });
    const tokens: string[] = [];
    for (let count = 1; count <= 2; count += 1) {
      await generate.click();
      tokens.push(await shownToken(page));
      await page.getByRole('button', { name: 'Close and Continue' }).click();
      await expect.poll(() => tokenRows(page).count()).toBe(count);
    }
    expect(await generate.isDisabled()).toBe(true);
    const [first = '', second = ''] = tokens;
    await expect(client.call('createImportToken', { params: { source_id: source.id }, body: {} })).rejects.toMatchObject({
      code: 'token_limit_exceeded',
    });
    expect([await pushStatus(first, ann.accountId), await pushStatus(second, ann.accountId)]).toEqual([201, 201]);
    await tokenRows(page)
      .first()
      .getByRole('button', { name: /^Revoke/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await expect.poll(() => tokenRows(page).count()).toBe(1);
    expect([await pushStatus(first, ann.accountId), await pushStatus(second, ann.accountId)]).toEqual([401, 201]);
    await expect.poll(() => generate.isDisabled()).toBe(false);
    expect(await page.content()).not.toContain(second);
  });

  it('T11: a token is exchanged below a running program without one failed request', async () => {
    const { ann, client, page } = await start();
    const source = await client.call('createIntegration', { body: { type: 'import_api', display_name: 'Busy shop' } });
    const { secret: first } = await client.call('createImportToken', { params: { source_id: source.id }, body: {} });
    let token = first;
    const running = new AbortController();
    const statuses: number[] = [];
    const program = (async () => {
      for (let id = 1; !running.signal.aborted; id += 1) statuses.push(await pushStatus(token, ann.accountId, id));
    })();
    await page.goto(paths.integration(ann.accountId, source.id, 'settings'));
    await page.getByRole('button', { name: 'Generate Token' }).click();
    const second = await shownToken(page);
    await page.getByRole('button', { name: 'Close and Continue' }).click();
    token = second;
    const switchedAt = statuses.length;
    // A request that was on its way with the first token has ended before it is revoked.
    await expect.poll(() => statuses.length).toBeGreaterThan(switchedAt + 2);
    await tokenRows(page)
      .first()
      .getByRole('button', { name: /^Revoke/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await expect.poll(() => tokenRows(page).count()).toBe(1);
    const revokedAt = statuses.length;
    await expect.poll(() => statuses.length).toBeGreaterThan(revokedAt + 5);
    running.abort();
    await program;
    expect(new Set(statuses)).toEqual(new Set([201]));
    expect(await pushStatus(first, ann.accountId)).toBe(401);
  });

  it('T11: a revoked token can be brought back, as disabled, unless it was compromised', async () => {
    const { ann, client, page } = await start();
    const source = await client.call('createIntegration', { body: { type: 'import_api', display_name: 'Regret' } });
    const { secret } = await client.call('createImportToken', { params: { source_id: source.id }, body: {} });
    await page.goto(paths.integration(ann.accountId, source.id, 'settings'));
    await tokenRows(page)
      .getByRole('button', { name: /^Revoke/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByRole('button', { name: 'Bring back' }).click();
    await waitForText(tokenRows(page), /Disabled/);
    expect(await pushStatus(secret, ann.accountId)).toBe(401);
    await tokenRows(page)
      .getByRole('button', { name: /^More for the token/ })
      .click();
    await page.getByRole('menuitem', { name: 'Re-enable this token' }).click();
    await waitForText(tokenRows(page), /Enabled/);
    expect(await pushStatus(secret, ann.accountId)).toBe(201);
    await tokenRows(page)
      .getByRole('button', { name: /^Revoke/ })
      .click();
    await page.getByRole('dialog').getByLabel('It was compromised').check();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('There is no token').waitFor();
    expect(await page.getByRole('button', { name: 'Bring back' }).count()).toBe(0);
  });

  it('shows no token when one goes back to the page that showed it', async () => {
    const { page } = await start();
    await openNewImportApi(page);
    await page.getByLabel('Integration Name').fill('Back and forth');
    await page.getByRole('button', { name: 'Save and Generate Token' }).click();
    const secret = await shownToken(page);
    await page.getByRole('button', { name: 'Close and Continue' }).click();
    await page.getByRole('heading', { name: 'Back and forth' }).waitFor();
    for (const move of ['goBack', 'goForward', 'reload'] as const) {
      await page[move]();
      await page.waitForLoadState('networkidle');
      expect(await page.content()).not.toContain(secret);
    }
  });

  it('T12: keeps its schema name when it is renamed', async () => {
    const { ann, client, page } = await start();
    const source = await client.call('createIntegration', { body: { type: 'import_api', display_name: 'First name' } });
    await page.goto(paths.integration(ann.accountId, source.id, 'settings'));
    await page.getByLabel('Integration Name').fill('Second name');
    await page.getByRole('button', { name: 'Update Settings' }).click();
    await page.getByRole('heading', { name: 'Second name' }).waitFor();
    expect(await page.getByText('Schema Name: first_name').isVisible()).toBe(true);
    expect(await client.call('getIntegration', { params: { source_id: source.id } })).toMatchObject({
      name: 'first_name',
      display_name: 'Second name',
    });
  });

  it('is deleted by typing its name, and nothing can be sent to it any more', async () => {
    const { ann, client, page } = await start();
    const source = await client.call('createIntegration', { body: { type: 'import_api', display_name: 'Old shop' } });
    const { secret } = await client.call('createImportToken', { params: { source_id: source.id }, body: {} });
    await page.goto(paths.integration(ann.accountId, source.id, 'settings'));
    await page.getByRole('button', { name: /^Delete/ }).click();
    const dialog = page.getByRole('dialog');
    const remove = dialog.getByRole('button', { name: /^Delete/ });
    await dialog.getByLabel('Integration Name').fill('Old sho');
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByLabel('Integration Name').fill('Old shop');
    await remove.click();
    await page.getByRole('heading', { name: 'Integrations' }).waitFor();
    expect(await pushStatus(secret, ann.accountId)).toBe(401);
    expect(await client.call('listIntegrations', {})).toEqual([]);
  });
});
