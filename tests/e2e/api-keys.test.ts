/** API access keys, as members handle them (web-app.md §2.1; T1 to T6). */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnectClient } from '../../client/connect-api.ts';
import { useBrowser } from '../support/browser.ts';
import { chooseInMenu, generateKey, keyMenu, keyRow, keyTable, openAccountSettings, waitForText } from '../support/key-rows.ts';
import type { MemberClient } from '../support/member-client.ts';
import { send } from '../support/test-app.ts';
import { startWebServer, type Person, type WebServer } from '../support/web-server.ts';

const browser = useBrowser();
let server: WebServer;
beforeAll(async () => {
  server = await startWebServer();
});
afterAll(() => server.stop());

/** A new account with its Administrator signed in, in the browser at Account Settings and as a client. */
async function start(): Promise<{ ann: Person; client: MemberClient; page: Page }> {
  const ann = await server.account();
  const client = await server.signIn(ann);
  const { page } = await browser.open(server.url, { cookie: String(client.cookie) });
  await openAccountSettings(page, ann.accountId);
  return { ann, client, page };
}

/** Status of a call of the Connect API with a key. */
async function statusWith(key: string): Promise<number> {
  return (await send(server.url, 'GET', '/v4/sources', { token: key })).status;
}

describe('API access keys', () => {
  it('T1: the tenth is generated, an eleventh is not, and disabled ones count', async () => {
    const { ann, client, page } = await start();
    const made = await Promise.all(
      Array.from({ length: 9 }, (_none, index) => client.call('createApiKey', { body: { description: `key ${index}` } })),
    );
    for (const { key } of made.slice(0, 4)) await client.call('disableApiKey', { params: { key_id: key.id } });
    await openAccountSettings(page, ann.accountId);
    await expect.poll(() => keyTable(page).getByRole('row').count()).toBe(1 + 9);
    await generateKey(page, 'the tenth');
    await page.getByRole('button', { name: 'Close and Continue' }).click();
    await expect.poll(() => keyTable(page).getByRole('row').count()).toBe(1 + 10);
    const generate = page.getByRole('button', { name: 'Generate a Key' });
    expect(await generate.isDisabled()).toBe(true);
    await page.getByText('Delete one to generate another').waitFor();
    await expect(client.call('createApiKey', { body: {} })).rejects.toMatchObject({ code: 'key_limit_exceeded' });
  });

  it('T2: the secret is shown once, on its own page, and the row shows its last four characters', async () => {
    const { client, page } = await start();
    const secret = await generateKey(page, 'nightly job');
    expect(secret).toMatch(/^ac_\w{50}$/);
    expect(await statusWith(secret)).toBe(200);
    await page.getByRole('button', { name: 'Close and Continue' }).click();
    const row = keyRow(page, secret.slice(-4));
    await waitForText(row, /nightly job/);
    expect(await row.innerText()).toMatch(/Enabled/);
    expect(await page.content()).not.toContain(secret);
    await page.reload();
    await row.waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(JSON.stringify(await client.call('listApiKeys', {}))).not.toContain(secret);
  });

  it('T2: going back after Close and Continue, or reloading the page of the key, shows no secret', async () => {
    const { page } = await start();
    const secret = await generateKey(page, 'once');
    await page.getByRole('button', { name: 'Close and Continue' }).click();
    await keyRow(page, secret.slice(-4)).waitFor();
    await page.goBack();
    await page.waitForLoadState('networkidle');
    expect(await page.content()).not.toContain(secret);
    await page.goForward();
    await page.waitForLoadState('networkidle');
    expect(await page.content()).not.toContain(secret);
    const other = await (async () => {
      await page.goto('/');
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.goBack();
      return generateKey(page, 'twice');
    })();
    await page.reload();
    await page.getByLabel('Key Description').waitFor();
    expect(await page.content()).not.toContain(other);
  });

  it('T3: a disabled key is refused at once; the menu then re-enables it', async () => {
    const { client, page, ann } = await start();
    const { secret, key } = await client.call('createApiKey', { body: { description: 'switch' } });
    await openAccountSettings(page, ann.accountId);
    await chooseInMenu(page, keyMenu(key.last4), 'Disable this key');
    await waitForText(keyRow(page, key.last4), /Disabled/);
    expect(await statusWith(secret)).toBe(401);
    await page.getByRole('button', { name: keyMenu(key.last4) }).click();
    expect(await page.getByRole('menuitem', { name: 'Disable this key' }).count()).toBe(0);
    await page.getByRole('menuitem', { name: 'Re-enable this key' }).click();
    await waitForText(keyRow(page, key.last4), /Enabled/);
    expect(await statusWith(secret)).toBe(200);
  });

  it('T4: deleting asks; Cancel keeps the row and the key, Delete removes both', async () => {
    const { client, page, ann } = await start();
    const { secret, key } = await client.call('createApiKey', { body: { description: 'short-lived' } });
    await openAccountSettings(page, ann.accountId);
    await chooseInMenu(page, keyMenu(key.last4), 'Delete this key');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await keyRow(page, key.last4).isVisible()).toBe(true);
    expect(await statusWith(secret)).toBe(200);
    await chooseInMenu(page, keyMenu(key.last4), 'Delete this key');
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await keyRow(page, key.last4).waitFor({ state: 'detached' });
    expect(await statusWith(secret)).toBe(401);
  });

  it('T4: a deleted key can be brought back, as disabled', async () => {
    const { client, page, ann } = await start();
    const { secret, key } = await client.call('createApiKey', { body: { description: 'a mistake' } });
    await openAccountSettings(page, ann.accountId);
    await chooseInMenu(page, keyMenu(key.last4), 'Delete this key');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('button', { name: `Bring back the key ending in ${key.last4}` }).click();
    await waitForText(keyRow(page, key.last4), /Disabled/);
    expect(await statusWith(secret)).toBe(401);
    await chooseInMenu(page, keyMenu(key.last4), 'Re-enable this key');
    await waitForText(keyRow(page, key.last4), /Enabled/);
    expect(await statusWith(secret)).toBe(200);
  });

  it('T4: deleting a compromised key stops what it made, and it cannot be brought back', async () => {
    const { client, page, ann } = await start();
    const { secret, key } = await client.call('createApiKey', { body: { description: 'leaked' } });
    const connect = createConnectClient({ baseUrl: server.url, apiKey: secret });
    const { id: sourceId } = await connect.call('createSource', { body: { type: 'import_api', display_name: 'Stolen shop' } });
    const { access_token: token } = await connect.call('createToken', { params: { source_id: sourceId } });
    const push = (): Promise<{ status: number }> =>
      send(server.url, 'POST', '/v2/import/push', {
        token,
        body: [{ client_id: ann.accountId, table_name: 't', action: 'upsert', key_names: ['id'], sequence: 1, data: { id: 1 } }],
      });
    expect((await push()).status).toBe(201);
    await openAccountSettings(page, ann.accountId);
    await chooseInMenu(page, keyMenu(key.last4), 'Delete this key');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Integration Stolen shop').waitFor();
    await dialog.getByLabel('It was compromised').check();
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await keyRow(page, key.last4).waitFor({ state: 'detached' });
    expect((await push()).status).toBe(401);
    expect(await page.getByRole('button', { name: /^Bring back/ }).count()).toBe(0);
    await expect(client.call('restoreApiKey', { params: { key_id: key.id } })).rejects.toMatchObject({ status: 409 });
  });

  it('T5: another member sees the row of a key, with the address of its maker', async () => {
    const { ann, client } = await start();
    const { key, secret } = await client.call('createApiKey', { body: { description: 'of Ann' } });
    const ben = await server.invited(client);
    const { cookie } = await server.signIn(ben);
    const { page } = await browser.open(server.url, { cookie: String(cookie) });
    await openAccountSettings(page, ann.accountId);
    await waitForText(keyRow(page, key.last4), new RegExp(`by ${ann.email.replaceAll('.', '\\.')}`));
    expect(await page.content()).not.toContain(secret);
  });

  it('T6: a plan without API access disables the keys; access comes back, each key by hand', async () => {
    const { ann, client, page } = await start();
    const { secret, key } = await client.call('createApiKey', { body: { description: 'planned' } });
    await server.setPlan(ann.accountId, 'standard');
    expect(await statusWith(secret)).toBe(401);
    await openAccountSettings(page, ann.accountId);
    await waitForText(keyRow(page, key.last4), /Disabled/);
    await page.getByText('The Standard plan has no API access').waitFor();
    expect(await page.getByRole('button', { name: 'Generate a Key' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: keyMenu(key.last4) }).click();
    expect(await page.getByRole('menuitem', { name: 'Re-enable this key' }).isDisabled()).toBe(true);
    expect(await page.getByRole('menuitem', { name: 'Delete this key' }).isDisabled()).toBe(false);
    await server.setPlan(ann.accountId, 'premium');
    expect(await statusWith(secret)).toBe(401);
    await openAccountSettings(page, ann.accountId);
    await waitForText(keyRow(page, key.last4), /Disabled/);
    await page.getByText('Your plan has API access again').waitFor();
    await chooseInMenu(page, keyMenu(key.last4), 'Re-enable this key');
    await waitForText(keyRow(page, key.last4), /Enabled/);
    expect(await statusWith(secret)).toBe(200);
  });

  it('are rotated: the successor is shown once, the old one goes on for a while', async () => {
    const { ann, client, page } = await start();
    const { secret, key } = await client.call('createApiKey', { body: { description: 'rotating' } });
    await openAccountSettings(page, ann.accountId);
    await chooseInMenu(page, keyMenu(key.last4), 'Rotate this key');
    await page.getByRole('button', { name: 'Rotate and Show Key' }).click();
    const successor = await page.getByLabel('Your API access key', { exact: true }).inputValue();
    expect([await statusWith(secret), await statusWith(successor)]).toEqual([200, 200]);
    await page.getByRole('button', { name: 'Close and Continue' }).click();
    await waitForText(keyRow(page, key.last4), /Expires/);
    await waitForText(keyRow(page, successor.slice(-4)), /rotating/);
    expect(await page.content()).not.toContain(successor);
  });
});
