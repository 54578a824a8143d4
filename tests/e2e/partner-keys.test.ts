/** Partner keys as members handle them (web-app.md §2.2). T7 and T9 are in partner-flow.test.ts, T8 in partner-loss.test.ts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { chooseInMenu, openAccountSettings, waitForText } from '../support/key-rows.ts';
import { startWebServer, type Person, type WebServer } from '../support/web-server.ts';

const browser = useBrowser();
let server: WebServer;
let ann: Person;
beforeAll(async () => {
  server = await startWebServer();
  ann = await server.account();
  await server.addPartnerKeys(ann.accountId, ['Loom Works', 'Needle Point']);
});
afterAll(() => server.stop());

describe('partner keys', () => {
  it('are said to be none where there are no partners', async () => {
    const other = await server.account();
    const { page } = await browser.open(server.url, { cookie: String((await server.signIn(other)).cookie) });
    await openAccountSettings(page, other.accountId);
    await page.getByText('No current partner keys').waitFor();
  });

  it('are disabled, re-enabled and deleted by a member, whatever the plan', async () => {
    await server.setPlan(ann.accountId, 'standard');
    const client = await server.signIn(ann);
    const { page } = await browser.open(server.url, { cookie: String(client.cookie) });
    await openAccountSettings(page, ann.accountId);
    const table = page.getByRole('table', { name: 'Partner keys' });
    const row = table.getByRole('row').filter({ hasText: 'Loom Works' });
    await waitForText(row, /Sept 18, 2031 06:18 \(UTC\)/);
    await waitForText(row, /Enabled/);
    await chooseInMenu(page, 'Menu of the key of Loom Works', 'Disable this key');
    await waitForText(row, /Disabled/);
    await chooseInMenu(page, 'Menu of the key of Loom Works', 'Re-enable this key');
    await waitForText(row, /Enabled/);
    await chooseInMenu(page, 'Menu of the key of Loom Works', 'Delete this key');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(await row.isVisible()).toBe(true);
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await chooseInMenu(page, 'Menu of the key of Loom Works', 'Delete this key');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await row.waitFor({ state: 'detached' });
    expect((await client.call('listPartnerKeys', {})).map(({ partner }) => partner)).toEqual(['Needle Point']);
    // There is no way to make one here, and none to bring one back.
    expect(await page.getByRole('button', { name: /^Bring back/ }).count()).toBe(0);
  });
});
