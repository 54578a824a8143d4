/** How people come in, and how they are kept out (web-app.md §3, §12; T5, T22). */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paths } from '../../web/paths.ts';
import { useBrowser } from '../support/browser.ts';
import { chooseInMenu, generateKey, keyRow, openAccountSettings, waitForText } from '../support/key-rows.ts';
import { createMemberClient } from '../support/member-client.ts';
import { password, startWebServer, type Person, type WebServer } from '../support/web-server.ts';

const browser = useBrowser();
let server: WebServer;
beforeAll(async () => {
  server = await startWebServer();
});
afterAll(() => server.stop());

async function fillSignIn(page: Page, person: Pick<Person, 'email' | 'password'>): Promise<void> {
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function choosePassword(page: Page): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Password again').fill(password);
}

const userMenu = (name: string): string => `Menu of ${name}`;

describe('a new installation', () => {
  it('is set up with the printed link; a second member joins by invitation and sees the key of the first (T5)', async () => {
    const own = await startWebServer();
    try {
      const { page } = await browser.open(own.url);
      await page.goto('/');
      await page.getByRole('heading', { name: 'Set up Thimble' }).waitFor();
      await page.goto(String(own.setupUrl));
      await page.getByLabel('Company Name').fill('Fern & Lark');
      expect(page.url()).not.toContain('token');
      await page.getByLabel('Full Name').fill('Ann Lee');
      await page.getByLabel('Email Address').fill('ann@fern.example');
      await choosePassword(page);
      await page.getByRole('button', { name: 'Create the account' }).click();
      await page.getByRole('heading', { name: 'Integrations' }).waitFor();
      const accountId = Number(/client\/(\d+)\//.exec(page.url())?.[1]);

      await openAccountSettings(page, accountId);
      const secret = await generateKey(page, 'of Ann');
      await page.getByRole('button', { name: 'Close and Continue' }).click();
      await page.goto(paths.settings(accountId, 'members'));
      await page.getByRole('button', { name: 'Add a Team Member' }).click();
      await page.getByRole('dialog').getByLabel('Email Address').fill('ben@fern.example');
      await page.getByRole('button', { name: 'Send Invitation' }).click();
      const shown = page.getByLabel('Link for ben@fern.example', { exact: true });
      await shown.waitFor();
      const link = await shown.inputValue();

      const { page: bens } = await browser.open(own.url);
      await bens.goto(link);
      await bens.getByText('ann@fern.example').or(bens.getByText('Ann Lee')).first().waitFor();
      expect(bens.url()).not.toContain('token');
      await bens.getByLabel('Full Name').fill('Ben Ode');
      await choosePassword(bens);
      await bens.getByRole('button', { name: 'Join' }).click();
      await bens.getByRole('heading', { name: 'Integrations' }).waitFor();
      await openAccountSettings(bens, accountId);
      await waitForText(keyRow(bens, secret.slice(-4)), /by ann@fern\.example/);
      expect(await bens.content()).not.toContain(secret);

      // The link worked once, and the setup link has nothing left to set up.
      const { page: late } = await browser.open(own.url);
      await late.goto(link);
      await late.getByText('This link does not work').waitFor();
      await late.goto(String(own.setupUrl));
      await late.getByRole('heading', { name: 'Sign in' }).waitFor();
    } finally {
      await own.stop();
    }
  });
});

describe('a member', () => {
  it('signs in, comes back to the page that was asked for, and signs out', async () => {
    const ann = await server.account();
    const { page } = await browser.open(server.url);
    await page.goto(paths.settings(ann.accountId, 'account'));
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await fillSignIn(page, { ...ann, password: 'not this one at all' });
    const wrong = await page.getByRole('alert').innerText();
    await fillSignIn(page, { email: 'nobody@example.com', password: ann.password });
    await waitForText(page.getByRole('alert'), wrong);
    await fillSignIn(page, ann);
    await page.getByRole('heading', { name: 'API access keys' }).waitFor();
    await chooseInMenu(page, userMenu(ann.name), 'Sign out');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('who is deactivated is sent to sign-in from the page that is open, and cannot come in again', async () => {
    const ann = await server.account();
    const administrator = await server.signIn(ann);
    const ben = await server.invited(administrator);
    const { page } = await browser.open(server.url, { cookie: String((await server.signIn(ben)).cookie) });
    await openAccountSettings(page, ann.accountId);
    const { page: anns } = await browser.open(server.url, { cookie: String(administrator.cookie) });
    await anns.goto(paths.settings(ann.accountId, 'members'));
    await chooseInMenu(anns, userMenu(ben.name), 'Deactivate');
    await anns.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
    await waitForText(anns.getByRole('table', { name: 'Team Members' }).getByRole('row').filter({ hasText: ben.email }), /Deactivated/);
    await page.getByRole('link', { name: 'Members', exact: true }).first().click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: 70_000 });
    await fillSignIn(page, ben);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('heading', { name: 'Sign in' }).isVisible()).toBe(true);
  });

  it('T22: whose address is in any account is not invited, and no address is changed to it', async () => {
    const [ann, other] = [await server.account(), await server.account({ name: 'Otto Else' })];
    const client = await server.signIn(ann);
    const { page } = await browser.open(server.url, { cookie: String(client.cookie) });
    for (const email of [other.email, ann.email, other.email.toUpperCase()]) {
      await page.goto(paths.settings(ann.accountId, 'members'));
      await page.getByRole('button', { name: 'Add a Team Member' }).click();
      await page.getByRole('dialog').getByLabel('Email Address').fill(email);
      await page.getByRole('button', { name: 'Send Invitation' }).click();
      await page.getByRole('dialog').getByRole('alert').waitFor();
      await expect(client.call('inviteMember', { body: { email } })).rejects.toMatchObject({ code: 'existing_user' });
    }
    const change = { body: { email: other.email, password: ann.password } };
    await expect(client.call('requestEmailChange', change)).rejects.toMatchObject({ code: 'existing_user' });
    expect((await client.call('listMembers', {})).invitations).toEqual([]);
    await expect(
      server.operator.call('POST', '/accounts', { company: 'Third', name: 'T', email: other.email, plan: 'premium' }),
    ).rejects.toThrow();
  });

  it('T22: with an open invitation cannot take an address that got an account meanwhile', async () => {
    const client = await server.signIn(await server.account());
    const { link } = await client.call('inviteMember', { body: { email: 'early@example.com' } });
    await server.account({ email: 'early@example.com' });
    const token = new URL(String(link)).hash.replace('#token=', '');
    const body = { token, name: 'Early', password };
    await expect(createMemberClient(server.url).call('acceptInvitation', { body })).rejects.toMatchObject({ code: 'existing_user' });
  });
});

describe('the plan', () => {
  it('T6: is changed by an Administrator, who is told before what it does to the keys', async () => {
    const ann = await server.account();
    const client = await server.signIn(ann);
    const { key } = await client.call('createApiKey', { body: { description: 'planned' } });
    const { page } = await browser.open(server.url, { cookie: String(client.cookie) });
    await page.goto(paths.settings(ann.accountId, 'billing'));
    await page.getByRole('button', { name: 'Change Your Plan' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Plan', { exact: true }).selectOption('standard');
    await dialog
      .getByText(/1 (API )?(access )?key/)
      .first()
      .waitFor();
    await dialog.getByRole('button', { name: 'Change the plan' }).click();
    await expect.poll(async () => (await client.call('getAccount', {})).plan).toBe('standard');
    await openAccountSettings(page, ann.accountId);
    await waitForText(keyRow(page, key.last4), /Disabled/);
  });
});
