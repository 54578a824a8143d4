/** The whole way of a partner, from its own page and back to it, with the example application (web-app.md §7; T7, T8, T9). */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect, connectButton, openPartner, partnerRow, waitForConnected } from '../support/at-partner.ts';
import { useBrowser } from '../support/browser.ts';
import { openAccountSettings, waitForText } from '../support/key-rows.ts';
import { startMailServer } from '../support/mail-server.ts';
import type { MemberClient } from '../support/member-client.ts';
import { startPartnerApp, startSelfRegistered, type PartnerAppProcess } from '../support/partner-app-process.ts';
import { send } from '../support/test-app.ts';
import { password, startWebServer, type WebServer } from '../support/web-server.ts';

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

const atPartner = (client?: MemberClient): Promise<Page> => openPartner(browser, server, app, client);

describe('connecting', () => {
  it('T7: without consent there are no partners; who signs in, reads whom it is about, and accepts has an Enabled row', async () => {
    const ann = await server.account({ company: 'Fern & Lark <b>' });
    const page = await atPartner();
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
    await waitForConnected(page);
    await page.getByText(`We have access to Thimble account ${ann.accountId}.`).waitFor();
    expect(page.url()).toBe(`${app.origin}/`);
    await openAccountSettings(settings, ann.accountId);
    await waitForText(partnerRow(settings), /Enabled/);
    expect(await settings.content()).not.toMatch(/ac_[0-9A-Za-z]{20}/);
  });

  it('T9: a refusal goes back to the partner as access_denied and leaves no key', async () => {
    const client = await server.signIn(await server.account());
    const page = await atPartner(client);
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

  it('T9: an answer of another browser, or a second one, is not taken; a code used twice is refused and ends the key it gave', async () => {
    const client = await server.signIn(await server.account());
    const page = await atPartner(client);
    const answers: string[] = [];
    page.on('request', (request) => request.url().startsWith(`${app.origin}/callback`) && answers.push(request.url()));
    await connect(page);
    // The partner has forgotten the question; its own token goes on.
    await page.goto(answers[0] ?? '');
    await page.getByText('This answer belongs to no question we asked.').waitFor();
    await waitForConnected(page);
    const stranger = await atPartner();
    await stranger.goto(answers[0] ?? '');
    await stranger.getByText('This answer belongs to no question we asked.').waitFor();
    await connectButton(stranger).waitFor();

    // Whoever has code and secret: the second use is refused and ends what the first one gave.
    const code = new URL(answers[0] ?? '').searchParams.get('code') ?? '';
    const form = new URLSearchParams({ grant_type: 'authorization_code', code, client_secret: app.partnerSecret ?? '' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const again = await send(server.url, 'POST', '/oauth/token', { body: form.toString(), headers });
    expect([again.status, again.body]).toMatchObject([400, { error: 'invalid_grant' }]);
    await page.goto(app.origin);
    await page.getByRole('heading', { name: 'Disconnected' }).waitFor();
  });

  it('is started by the one command of its README, registers itself, and escapes what it is told', async () => {
    const own = await startSelfRegistered(server);
    onTestFinished(() => own.stop());
    const client = await server.signIn(await server.account());
    await client.call('createIntegration', { body: { type: 'import_api', display_name: '<img src=x> & co' } });
    const page = await openPartner(browser, server, own, client);
    await connect(page);
    await page.getByRole('list', { name: 'Integrations' }).getByText('<img src=x> & co').waitFor();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('We have thrown our token away.').waitFor();
    expect((await client.call('listPartnerKeys', {})).map(({ state }) => state)).toEqual([]);
  });
});

describe('who comes without an account', () => {
  const details = { 'E-mail address': 'dora@fern.example', 'First name': 'Dora', 'Last name': 'Marsh', Company: 'Fern & Lark' };
  async function connectWithDetails(page: Page): Promise<void> {
    await page.getByText('New to Thimble?').click();
    for (const [label, value] of Object.entries(details)) await page.getByLabel(label).fill(value);
    await connectButton(page).click();
  }

  it('opens one on the way, with what the partner knows filled in, and comes back connected', async () => {
    const mail = await startMailServer();
    onTestFinished(() => mail.stop());
    const open = await startWebServer({
      configure: (config) => ({
        ...config,
        people: { ...config.people, signUp: 'open', mail: { url: mail.url, from: 'thimble@example.com' } },
      }),
    });
    onTestFinished(() => open.stop());
    await open.account();
    const own = await startPartnerApp(open);
    onTestFinished(() => own.stop());
    const page = await openPartner(browser, open, own);
    await connectWithDetails(page);
    await page.getByRole('link', { name: 'Open an account' }).click();
    await expect.poll(() => page.getByLabel('Email Address').inputValue()).toBe('dora@fern.example');
    await page.getByRole('button', { name: 'Send the link' }).click();
    const link = (): string | undefined =>
      mail.received
        .flatMap(({ text }) => /http:\S+sign-up\S+#token=\S+/.exec(text) ?? [])
        .map((found) => found.replaceAll('&amp;', '&'))[0];
    await expect.poll(link).toBeDefined();
    await page.goto(link() ?? '');
    await expect.poll(() => page.getByLabel('Company Name').inputValue()).toBe('Fern & Lark');
    expect(await page.getByLabel('Full Name').inputValue()).toBe('Dora Marsh');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByLabel('Password again').fill(password);
    await page.getByRole('button', { name: 'Open the account' }).click();
    await page.getByText('Loom Works asks for access to the account Fern & Lark.').waitFor();
    await page.getByRole('button', { name: 'Accept' }).click();
    await waitForConnected(page);
  });

  it('is not made another by that: who is signed in stays who they are', async () => {
    const ann = await server.account({ company: 'Acme' });
    const page = await atPartner(await server.signIn(ann));
    await connectWithDetails(page);
    await page.getByText('Loom Works asks for access to the account Acme.').waitFor();
    const question = await page.getByRole('main').innerText();
    expect(question).toContain(ann.email);
    for (const text of Object.values(details)) expect(question).not.toContain(text);
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByText(`We have access to Thimble account ${ann.accountId}.`).waitFor();
  });
});
