/** The pop-up that pages of partners open (connect-api.md §11.1), driven by its protocol in a real browser: every outcome. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import type { MemberClient } from '../support/member-client.ts';
import { callOpener, openerOrigin, openOpener, type OpenerCall, type OpenerOutcome } from '../support/opener-page.ts';
import { send } from '../support/test-app.ts';
import { startWebServer, type Person, type WebServer } from '../support/web-server.ts';
import type { PageOptions } from '../support/watched-page.ts';

const browser = useBrowser();
let server: WebServer;
let ann: Person;
let client: MemberClient;
let key: { id: number; secret: string };
let made = 0;

beforeAll(async () => {
  server = await startWebServer();
  ann = await server.account();
  client = await server.signIn(ann);
  key = await newKey();
});
afterAll(() => server.stop());

async function newKey(): Promise<{ id: number; secret: string }> {
  const { key: created, secret } = await client.call('createApiKey', { body: { description: 'partner' } });
  return { id: created.id, secret };
}

async function mint(secret = key.secret): Promise<string> {
  const { text } = await send(server.url, 'POST', '/v3/sessions/ephemeral', { token: secret });
  return (JSON.parse(text) as { ephemeral_token: string }).ephemeral_token;
}

async function newSource(type: string, properties: Record<string, unknown> = {}): Promise<number> {
  return (await client.call('createIntegration', { body: { type, display_name: `Source ${(made += 1)}`, properties } })).id;
}

interface Opened {
  readonly popup: Page;
  readonly outcome: Promise<OpenerOutcome>;
}

async function open(call: OpenerCall, options: PageOptions = {}): Promise<Opened> {
  const { context, page } = await browser.open(server.url, options);
  await page.close();
  return callOpener(await openOpener(context), server.url.origin, call);
}

const add = async (type: string): Promise<OpenerCall> => ({
  name: 'app.connections.create',
  params: { route: type },
  ephemeralToken: await mint(),
});
const edit = async (id: unknown): Promise<OpenerCall> => ({
  name: 'app.connections.details.edit',
  params: { id },
  ephemeralToken: await mint(),
});
const authorize = async (id: unknown, token?: string): Promise<OpenerCall> => ({
  name: 'app.connections.details.authorize',
  params: { id },
  ephemeralToken: token ?? (await mint()),
});

const database = { host: 'db.example.com', port: '5432', user: 'reader', password: 'before', dbname: 'shop' };

describe('addSource', () => {
  it('with an ephemeral token makes an Import API integration, shows its token, and resolves with type and id', async () => {
    const { popup, outcome } = await open(await add('import_api'));
    await popup.getByText(openerOrigin).waitFor();
    await popup.getByText('Acme').waitFor();
    await popup.getByLabel('Integration Name').fill('Pop Shop');
    await popup.getByText('pop_shop').waitFor();
    await popup.getByRole('button', { name: 'Save and Generate Token' }).click();
    const token = await popup.getByRole('textbox', { name: 'Your Thimble API Token' }).inputValue();
    await popup.getByRole('button', { name: 'Close and Continue' }).click();
    const { resolved, events } = await outcome;
    const source = (await client.call('listIntegrations', {})).find(({ name }) => name === 'pop_shop');
    expect(resolved).toEqual({ type: 'import_api', id: source?.id });
    expect(events.slice(0, 3)).toEqual(['bootstrap', 'connectionCreated', 'integrationFlowCompleted']);
    const pushed = await send(server.url, 'POST', '/v2/import/validate', {
      token,
      body: [{ client_id: ann.accountId, table_name: 't', action: 'upsert', sequence: 1, key_names: ['id'], data: { id: 1 } }],
    });
    expect(pushed.status).toBe(200);
  });

  it('asks for what the card of another type asks, keeps credentials unseen, and resolves', async () => {
    const { popup, outcome } = await open(await add('platform.hp-postgres'));
    await popup.getByRole('heading', { name: 'Configure your PostgreSQL integration' }).waitFor();
    await popup.getByLabel('Integration Name').fill('Main base');
    for (const [label, value] of [
      ['Host', 'db.example.com'],
      ['Port', 'none'],
      ['User', 'reader'],
      ['Password', 'hunter22'],
      ['Database', 'shop'],
    ] as const)
      await popup.getByRole('textbox', { name: label, exact: true }).fill(value);
    await popup.getByRole('button', { name: 'Save' }).click();
    await popup.getByRole('alert').waitFor();
    await popup.getByLabel('Port', { exact: true }).fill('5432');
    await popup.getByRole('button', { name: 'Save' }).click();
    await popup.getByRole('button', { name: 'Finish' }).click();
    const { resolved } = await outcome;
    expect(resolved).toMatchObject({ type: 'platform.hp-postgres' });
    const { id } = resolved as { id: number };
    const form = await client.call('getIntegrationForm', { params: { source_id: id } });
    expect(form).toMatchObject({ values: { host: 'db.example.com', port: '5432' }, kept: ['password'] });
    expect(JSON.stringify(form)).not.toContain('hunter22');
  });

  it('of a type that does not exist is an UnknownSourceTypeError', async () => {
    for (const type of ['platform.nonsense', '', '<img src=x onerror=alert(1)>']) {
      const { outcome } = await open(await add(type));
      expect(await outcome).toMatchObject({ rejected: 'UnknownSourceTypeError' });
    }
  });

  it('is an AppClosedPrematurelyError when the member cancels, or closes the window', async () => {
    const cancelled = await open(await add('import_api'));
    await cancelled.popup.getByRole('button', { name: 'Cancel' }).click();
    const first = await cancelled.outcome;
    expect(first.rejected).toBe('AppClosedPrematurelyError');
    expect(first.events).toContain('integrationFormClose');
    const closed = await open(await add('import_api'));
    await closed.popup.getByLabel('Integration Name').waitFor();
    await closed.popup.close();
    expect((await closed.outcome).rejected).toBe('AppClosedPrematurelyError');
  });
});

describe('an ephemeral token', () => {
  it('that was used is an UpgradeEphemeralTokenError, and so is one that is none', async () => {
    const call = await add('import_api');
    const first = await open(call);
    await first.popup.getByLabel('Integration Name').waitFor();
    const second = await open(call);
    expect(await second.outcome).toMatchObject({ rejected: 'UpgradeEphemeralTokenError' });
    const nonsense = await open({ ...call, ephemeralToken: 'nonsense' });
    expect(await nonsense.outcome).toMatchObject({ rejected: 'UpgradeEphemeralTokenError' });
    // The first window is not harmed, and may even be loaded anew.
    await first.popup.reload();
    await first.popup.getByLabel('Integration Name').waitFor();
  });

  it('does not touch the session of who is signed in already, even as somebody else', async () => {
    const eve = await server.account({ company: 'Evil', name: 'Eve Ill' });
    const own = String((await server.signIn(eve)).cookie);
    const { popup } = await open(await add('import_api'), { cookie: own });
    await popup.getByText('Acme').waitFor();
    const seen = await send(server.url, 'GET', '/account/v1/session', { headers: { cookie: own } });
    expect(JSON.parse(seen.text)).toMatchObject({ account: { id: eve.accountId } });
    const names = (await popup.context().cookies()).map(({ name }) => name).toSorted();
    expect(names).toEqual(['thimble_delegated', 'thimble_session']);
  });

  it('of another account, sent to a second window, does not take in what is typed in the first', async () => {
    const eve = await server.account({ company: 'Elsewhere', name: 'Eve Ill' });
    const evesClient = await server.signIn(eve);
    const { secret } = await evesClient.call('createApiKey', { body: { description: 'trap' } });
    const first = await open(await add('import_api'));
    await first.popup.getByText('Acme').waitFor();
    await first.popup.getByLabel('Integration Name').fill('Meant for Acme');
    const call = { name: 'app.connections.create', params: { route: 'import_api' }, ephemeralToken: await mint(secret) };
    const second = await callOpener(await openOpener(first.popup.context()), server.url.origin, call);
    await second.popup.getByText('Elsewhere').waitFor();
    await first.popup.getByRole('button', { name: 'Save and Generate Token' }).click();
    await first.popup.getByRole('alert').waitFor();
    expect(await evesClient.call('listIntegrations', {})).toEqual([]);
  });
});

describe('without an ephemeral token', () => {
  it('the member signs in, and the same window goes on', async () => {
    const { popup, outcome } = await open({ name: 'app.connections.create', params: { route: 'import_api' } });
    await popup.getByLabel('Email').fill(ann.email);
    await popup.getByRole('textbox', { name: 'Password' }).fill(ann.password);
    await popup.getByRole('button', { name: 'Sign in' }).click();
    await popup.getByLabel('Integration Name').waitFor();
    await popup.getByRole('button', { name: 'Cancel' }).click();
    expect(await outcome).toMatchObject({
      rejected: 'AppClosedPrematurelyError',
      events: ['bootstrap', 'bootstrap', 'integrationFormClose', 'closed'],
    });
  });

  it('somebody who is signed in goes on at once', async () => {
    const call = { name: 'app.connections.create', params: { route: 'import_api' } };
    const { popup } = await open(call, { cookie: String(client.cookie) });
    await popup.getByLabel('Integration Name').waitFor();
  });
});

describe('editSource', () => {
  it('changes settings and resolves with type and id', async () => {
    const id = await newSource('platform.hp-postgres', database);
    const { popup, outcome } = await open(await edit(id));
    await popup.getByLabel('Integration Name').fill('Renamed');
    await popup.getByLabel('Host', { exact: true }).fill('other.example.com');
    await popup.getByRole('button', { name: 'Update Settings' }).click();
    const { resolved, events } = await outcome;
    expect(resolved).toEqual({ type: 'platform.hp-postgres', id });
    expect(events).toContain('connectionUpdated');
    const form = await client.call('getIntegrationForm', { params: { source_id: id } });
    expect(form).toMatchObject({
      integration: { display_name: 'Renamed' },
      values: { host: 'other.example.com', dbname: 'shop' },
      kept: ['password'],
    });
  });

  it('of a source the account does not have is a SourceNotFoundError with its id', async () => {
    const foreign = await server.signIn(await server.account());
    const other = await foreign.call('createIntegration', { body: { type: 'import_api', display_name: 'Theirs' } });
    for (const id of [999_999, other.id])
      expect(await (await open(await edit(id))).outcome).toMatchObject({ rejected: `SourceNotFoundError ${id}` });
    expect(await (await open(await edit('x'))).outcome).toMatchObject({ rejected: 'SourceNotFoundError 0' });
  });
});

describe('authorizeSource', () => {
  it('takes credentials; both functions resolve', async () => {
    const id = await newSource('platform.hp-postgres', database);
    for (const settlesOnAuthorize of [true, false]) {
      const { popup, outcome } = await open({ ...(await authorize(id)), settlesOnAuthorize });
      await popup.getByRole('heading', { name: /^Authorize/ }).waitFor();
      expect(await popup.getByLabel('Host', { exact: true }).count()).toBe(0);
      await popup.getByLabel('Password', { exact: true }).fill('after');
      await popup.getByRole('button', { name: 'Authorize' }).click();
      const { resolved, events } = await outcome;
      expect(resolved).toEqual({ type: 'platform.hp-postgres', id });
      expect(events).toContain('authorizeSuccess');
    }
  });

  it('says so where nothing is to be authorized', async () => {
    const id = await newSource('import_api');
    const { popup, outcome } = await open(await authorize(id));
    await popup.getByRole('button', { name: 'Continue' }).click();
    expect((await outcome).resolved).toEqual({ type: 'import_api', id });
  });

  it('is an AuthorizeFailureError when the key ended meanwhile, with which the session ended', async () => {
    const id = await newSource('platform.hp-postgres', database);
    const own = await newKey();
    const { popup, outcome } = await open(await authorize(id, await mint(own.secret)));
    await popup.getByLabel('Password', { exact: true }).fill('after');
    await client.call('disableApiKey', { params: { key_id: own.id } });
    await popup.getByRole('button', { name: 'Authorize' }).click();
    expect(await outcome).toMatchObject({ rejected: 'AuthorizeFailureError' });
  });
});

describe('the window', () => {
  it('says which pages this version lacks, and closes as the member wants', async () => {
    for (const name of ['app.connections.details.fields', 'app.connections.details.check']) {
      const { popup, outcome } = await open({ name, params: { id: 1 }, ephemeralToken: await mint() });
      await popup.getByRole('heading', { name: 'Not in this version' }).waitFor();
      await popup.getByRole('button', { name: 'Close' }).click();
      expect((await outcome).rejected).toBe('AppClosedPrematurelyError');
    }
  });

  it('shows what the opener sends as text', async () => {
    const call = { name: '<img src=x onerror="document.title=1">', params: {}, ephemeralToken: await mint() };
    const { popup } = await open(call);
    await popup.getByText('<img src=x').waitFor();
    expect(await popup.locator('main img').count()).toBe(0);
  });

  it('has no business of its own when nobody opened it, and keeps every header but the one that would cut the opener', async () => {
    const { page } = await browser.open(server.url);
    const reply = await page.goto('/v2/js-client');
    await page.getByRole('heading', { name: 'Nothing to do here' }).waitFor();
    const headers = reply?.headers() ?? {};
    expect(headers['cross-origin-opener-policy']).toBeUndefined();
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-frame-options']).toBe('DENY');
    const other = await page.goto('/session/create');
    expect(other?.headers()['cross-origin-opener-policy']).toBe('same-origin');
  });

  it.each(['light', 'dark'] as const)('can be used by everybody in the %s theme, as narrow as pop-ups are', async (theme) => {
    const { popup } = await open(await add('platform.hp-postgres'), { theme });
    await popup.getByLabel('Integration Name').waitFor();
    for (const width of [900, 360]) {
      await popup.setViewportSize({ width, height: 740 });
      const { violations } = await new AxeBuilder({ page: popup }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([]);
      expect(await popup.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
    const pictures = process.env['POPUP_PICTURES'];
    if (pictures !== undefined) await popup.screenshot({ path: `${pictures}/${theme}.png` });
  });
});
