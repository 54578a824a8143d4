/** The whole way of a partner, from its own page and back to it, with the example application (web-app.md §7; T7, T8, T9). */
import { createHmac } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { paths } from '../../web/paths.ts';
import { useBrowser } from '../support/browser.ts';
import { chooseInMenu, openAccountSettings, waitForText } from '../support/key-rows.ts';
import { startMailServer } from '../support/mail-server.ts';
import type { MemberClient } from '../support/member-client.ts';
import { startPartnerApp, startSelfRegistered, type PartnerAppProcess } from '../support/partner-app-process.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { send } from '../support/test-app.ts';
import { waitFor, waitUntilLoaded } from '../support/wait-until-loaded.ts';
import { password, startWebServer, type Person, type WebServer } from '../support/web-server.ts';

const browser = useBrowser();
let server: WebServer;
let app: PartnerAppProcess;
beforeAll(async () => {
  server = await startWebServer();
  app = await startPartnerApp(server);
});
afterAll(async () => {
  await app.stop();
  await server.stop();
});

/** A page of somebody who is at the partner, signed in to Thimble or not. */
async function openPartner(
  client?: MemberClient,
  { on = server, at = app }: { on?: WebServer; at?: PartnerAppProcess } = {},
): Promise<Page> {
  const cookie = client === undefined ? {} : { cookie: String(client.cookie) };
  const { page } = await browser.open(on.url, { ...cookie, elsewhere: [at.origin] });
  await page.goto(at.origin);
  return page;
}

const connectButton = (page: Page) => page.getByRole('button', { name: 'Connect your Thimble account' });

/** From the partner's page through the consent and back. */
async function connect(page: Page, button = 'Connect your Thimble account'): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('heading', { name: 'Connected', exact: true }).waitFor();
}

const partnerRow = (page: Page) => page.getByRole('table', { name: 'Partner keys' }).getByRole('row').filter({ hasText: 'Loom Works' });

describe('connecting', () => {
  it('T7: without consent there are no partners; who signs in, reads whom it is about, and accepts has an Enabled row', async () => {
    const ann = await server.account({ company: 'Fern & Lark <b>' });
    const page = await openPartner();
    await connectButton(page).click();
    await page.getByText('Sign in to connect Loom Works.').waitFor();
    await page.getByLabel('Email').fill(ann.email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Connect Loom Works' }).waitFor();
    const question = await page.getByRole('main').innerText();
    for (const text of ['Loom Works asks for access to the account Fern & Lark <b>', ann.email, app.origin])
      expect(question).toContain(text);

    const { page: settings } = await browser.open(server.url, { cookie: String((await server.signIn(ann)).cookie) });
    await openAccountSettings(settings, ann.accountId);
    await settings.getByText('No current partner keys').waitFor();

    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('heading', { name: 'Connected', exact: true }).waitFor();
    await page.getByText(`We have access to Thimble account ${ann.accountId}.`).waitFor();
    expect(page.url()).toBe(`${app.origin}/`);
    await openAccountSettings(settings, ann.accountId);
    await waitForText(partnerRow(settings), /Enabled/);
    expect(await settings.content()).not.toMatch(/ac_[0-9A-Za-z]{20}/);
  });

  it('T9: a refusal goes back to the partner as access_denied and leaves no key', async () => {
    const client = await server.signIn(await server.account());
    const page = await openPartner(client);
    const answers: string[] = [];
    page.on('request', (request) => request.url().startsWith(`${app.origin}/callback`) && answers.push(request.url()));
    await connectButton(page).click();
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByRole('status').getByText('access_denied').waitFor();
    await connectButton(page).waitFor();
    const answer = new URL(answers[0] ?? '').searchParams;
    expect(Object.fromEntries(answer)).toEqual({ error: 'access_denied', state: expect.any(String), iss: server.url.origin });
    expect(await client.call('listPartnerKeys', {})).toEqual([]);
  });

  it('T9: a code that comes a second time gives nothing, and an answer for another browser is not taken', async () => {
    const client = await server.signIn(await server.account());
    const page = await openPartner(client);
    const answers: string[] = [];
    page.on('request', (request) => request.url().startsWith(`${app.origin}/callback`) && answers.push(request.url()));
    await connect(page);
    // The partner has forgotten the question; its own token goes on.
    await page.goto(answers[0] ?? '');
    await page.getByText('This answer belongs to no question we asked.').waitFor();
    await page.getByRole('heading', { name: 'Connected', exact: true }).waitFor();
    const stranger = await openPartner();
    await stranger.goto(answers[0] ?? '');
    await stranger.getByText('This answer belongs to no question we asked.').waitFor();
    await connectButton(stranger).waitFor();
  });

  it('is started by the one command of its README, registers itself, and escapes what it is told', async () => {
    const own = await startSelfRegistered(server);
    onTestFinished(() => own.stop());
    const client = await server.signIn(await server.account());
    await client.call('createIntegration', { body: { type: 'import_api', display_name: '<img src=x> & co' } });
    const page = await openPartner(client, { at: own });
    await connect(page);
    await page.getByRole('list', { name: 'Integrations' }).getByText('<img src=x> & co').waitFor();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('We have thrown our token away.').waitFor();
    expect((await client.call('listPartnerKeys', {})).map(({ state }) => state)).toEqual([]);
  });
});
