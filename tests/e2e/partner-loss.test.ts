/** A partner loses its access and gets it back: it learns so at once, what it created holds, and nothing is lost (web-app.md §2.2; T8). */
import { createHmac } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { notificationsPrefix } from '../../contract/notifications-api/route.ts';
import { paths } from '../../web/paths.ts';
import { connect, openPartner, partnerRow, waitForConnected } from '../support/at-partner.ts';
import { useBrowser } from '../support/browser.ts';
import { chooseInMenu, openAccountSettings, waitForText } from '../support/key-rows.ts';
import type { MemberClient } from '../support/member-client.ts';
import { startPartnerApp, type PartnerAppProcess } from '../support/partner-app-process.ts';
import { createPartnerServer } from '../support/partner-server.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { send } from '../support/test-app.ts';
import { startWebServer, type Person, type WebServer } from '../support/web-server.ts';

const menu = 'Menu of the key of Loom Works';
const browser = useBrowser();
let server: WebServer;
beforeAll(async () => {
  server = await startWebServer();
});
afterAll(() => server.stop());

/** Where the partner's destination is, and how to look into it. */
interface Warehouse {
  readonly url?: string;
  rows(accountId: number): Promise<Record<string, unknown>[]>;
}

const sql = 'SELECT count(*)::int AS rows, count(DISTINCT id)::int AS ids FROM shop.orders';

async function openPostgres(): Promise<Warehouse> {
  const postgres = await startPostgres({ version: 18 });
  onTestFinished(() => postgres.stop());
  await postgres.createDatabase('loom');
  return { url: `postgres://postgres:pw@${postgres.host}:${postgres.port}/loom`, rows: () => postgres.query(sql, 'loom') };
}

/** A source of an account, with its token. */
async function createSource(client: MemberClient, name: string): Promise<{ id: number; destinationId: number | null; token: string }> {
  const { id, destination_id: destinationId } = await client.call('createIntegration', {
    body: { type: 'import_api', display_name: name },
  });
  const { secret: token } = await client.call('createImportToken', { params: { source_id: id }, body: {} });
  return { id, destinationId, token };
}

async function push({ accountId }: Person, token: string, from: number, count: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let id = from; id < from + count; id += 1) {
    const record = { client_id: accountId, table_name: 'orders', key_names: ['id'], action: 'upsert', sequence: id, data: { id } };
    statuses.push((await send(server.url, 'POST', '/v2/import/push', { token, body: [record] })).status);
  }
  return [...new Set(statuses)];
}

/** Thimble's own notice, brought by hand: its URL would have to be https. */
async function tell(app: PartnerAppProcess, accountId: number, state: string, key = app.noticeKey): Promise<number> {
  const at = '2031-04-01T12:00:00Z';
  const body = JSON.stringify({ event: 'revoked', partner_id: app.partnerId, stitch_account_id: accountId, state, at });
  const seconds = Math.trunc(Date.now() / 1000);
  const mac = createHmac('sha256', Buffer.from(key ?? '', 'hex'))
    .update(`${seconds}.${body}`)
    .digest('hex');
  const headers = { 'thimble-signature': `t=${seconds},v1=${mac}` };
  return (await send(new URL(app.origin), 'POST', '/notices', { body, headers })).status;
}

async function expectHeld(
  page: Page,
  accountId: number,
  { id, destinationId }: { id: number; destinationId: number | null },
  why: string,
): Promise<void> {
  for (const path of [paths.integration(accountId, id), paths.destination(destinationId ?? 0)]) {
    await page.goto(path);
    await page.getByText(why).first().waitFor();
  }
  await page.goto(paths.notifications(accountId));
  await page
    .getByRole('button', { name: /^View details/ })
    .first()
    .click();
  await page.getByText(why).first().waitFor();
}

const ends = {
  Disable: async (page: Page) => {
    await chooseInMenu(page, menu, 'Disable this key');
    await waitForText(partnerRow(page), /Disabled/);
  },
  Delete: async (page: Page) => {
    await chooseInMenu(page, menu, 'Delete this key');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await partnerRow(page).waitFor({ state: 'detached' });
  },
};

describe('a partner that created a destination', () => {
  it.each([
    { end: 'Disable', said: 'is disabled', state: 'disabled', where: 'an embedded warehouse' },
    { end: 'Delete', said: 'was deleted', state: 'deleted', where: 'PostgreSQL 18' },
  ] as const)(
    'T8: after "$end" it is refused at once, $where holds, and connecting again brings a new row and everything sent',
    async (run) => {
      const ann = await server.account();
      const client = await server.signIn(ann);
      const warehouse: Warehouse = run.end === 'Delete' ? await openPostgres() : { rows: (accountId) => server.query(sql, accountId) };
      const app = await startPartnerApp(server, warehouse.url === undefined ? {} : { warehouse: warehouse.url });
      onTestFinished(() => app.stop());
      const [first] = await client.call('listDestinations', {});
      await client.call('deleteDestination', { params: { destination_id: first?.id ?? 0 } });

      const partner = await openPartner(browser, server, app, client);
      await connect(partner);
      await partner.getByRole('button', { name: 'Push a destination' }).click();
      await partner.getByText('Pushed the destination Loom Warehouse').waitFor();
      await partner.getByRole('list', { name: 'Destinations' }).getByText('Loom Warehouse').waitFor();
      const source = await createSource(client, 'Shop');
      expect(await client.call('listDestinations', {})).toMatchObject([{ id: source.destinationId, partner: 'Loom Works', held: null }]);
      expect(await push(ann, source.token, 1, 40)).toEqual([201]);
      await expect.poll(() => warehouse.rows(ann.accountId).catch(() => undefined), { timeout: 30_000 }).toEqual([{ rows: 40, ids: 40 }]);
      const [key] = await client.call('listPartnerKeys', {});

      const { page: settings } = await browser.open(server.url, { cookie: String(client.cookie) });
      await openAccountSettings(settings, ann.accountId);
      await waitForText(partnerRow(settings), /Enabled/);
      await ends[run.end](settings);
      // The very next call.
      await partner.getByRole('button', { name: 'Push a destination' }).click();
      await partner.getByRole('heading', { name: 'Disconnected' }).waitFor();
      await partner.getByText('Thimble answered 401 to GET /v4/destinations.').waitFor();
      expect(await client.call('listDestinations', {})).toHaveLength(1);
      expect([await tell(app, ann.accountId, run.state, '00'), await tell(app, ann.accountId, run.state)]).toEqual([401, 204]);
      await partner.reload();
      await partner.getByText(`Our access was ${run.state} in Thimble`).waitFor();

      // Accepted and kept, while another account's records go their way.
      expect(await push(ann, source.token, 41, 60)).toEqual([201]);
      const bob = await server.account({ name: 'Bob Roe' });
      const other = await createSource(await server.signIn(bob), 'Shop');
      expect(await push(bob, other.token, 1, 1)).toEqual([201]);
      await expect.poll(() => server.query(sql, bob.accountId).catch(() => undefined)).toEqual([{ rows: 1, ids: 1 }]);
      expect(await warehouse.rows(ann.accountId)).toEqual([{ rows: 40, ids: 40 }]);
      await expectHeld(settings, ann.accountId, source, `The partner key of Loom Works, which created this destination, ${run.said}.`);

      await partner.getByRole('button', { name: 'Reconnect' }).click();
      await partner.getByText(`Access was ${run.state} before`).waitFor();
      await partner
        .getByText(new RegExp(`${ann.email}|Ann Lee`))
        .first()
        .waitFor();
      await partner.getByRole('button', { name: 'Accept' }).click();
      await waitForConnected(partner);
      await openAccountSettings(settings, ann.accountId);
      await waitForText(partnerRow(settings), /Enabled/);
      expect(await partnerRow(settings).count()).toBe(1);
      const keys = await client.call('listPartnerKeys', {});
      expect(keys).toMatchObject([{ partner: 'Loom Works', state: 'enabled' }]);
      expect(keys[0]?.id).not.toBe(key?.id);
      await expect.poll(() => warehouse.rows(ann.accountId).catch(() => undefined), { timeout: 30_000 }).toEqual([{ rows: 100, ids: 100 }]);
      expect(await client.call('listDestinations', {})).toMatchObject([{ held: null }]);
    },
  );
});

describe('a partner that was compromised', () => {
  it('can do nothing with the tokens and hooks it made, once the owner said so', async () => {
    const ann = await server.account();
    const client = await server.signIn(ann);
    const loom = await createPartnerServer(server, { name: 'Loom Works', redirectUris: ['https://loom.example/callback'] });
    const { redirect_to: answer } = await client.call('acceptAuthorization', { body: { client_id: loom.id, expires_in_days: null } });
    const { body } = await loom.exchange({ code: new URL(answer).searchParams.get('code') ?? '' });
    const token = body.access_token;
    const made = await send(server.url, 'POST', '/v4/sources', { token, body: { type: 'import_api', display_name: 'Shop' } });
    const { id } = made.body as { id: number };
    const minted = await send(server.url, 'POST', `/v4/sources/${id}/tokens`, { token });
    const importToken = (minted.body as { access_token: string }).access_token;
    expect(await push(ann, importToken, 1, 1)).toEqual([201]);
    const hook = { type: 'post_load', config: { url: 'https://93.184.215.14/steal' } };
    const hooked = await send(server.url, 'POST', `${notificationsPrefix}/hooks`, { token, body: hook });
    expect(hooked.status, hooked.text).toBeLessThan(300);

    const { page } = await browser.open(server.url, { cookie: String(client.cookie) });
    await openAccountSettings(page, ann.accountId);
    await chooseInMenu(page, menu, 'Delete this key');
    await page.getByRole('dialog').getByLabel('It was compromised').check();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await partnerRow(page).waitFor({ state: 'detached' });

    expect(await loom.use(token)).toBe(401);
    expect(await push(ann, importToken, 2, 1)).toEqual([401]);
    expect((await loom.post('/oauth/introspect', { client_secret: loom.secret, token })).body).toEqual({ active: false });
    const key = await server.operator.call('POST', `/accounts/${ann.accountId}/api-keys`, { description: 'to look' });
    const hooks = await send(server.url, 'GET', `${notificationsPrefix}/hooks`, { token: String(key['api_key']) });
    expect(hooks.body, hooks.text).toMatchObject({ post_load: [{ disabled_at: expect.any(String) }] });
  });
});
