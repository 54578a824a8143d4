/** What a partner created while its key is disabled: held, with the way out on every page that shows it (web-app.md §2.2). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paths } from '../../web/paths.ts';
import { useBrowser } from '../support/browser.ts';
import { findViolations } from '../support/find-violations.ts';
import { send } from '../support/test-app.ts';
import { startWebServer, type Person, type WebServer } from '../support/web-server.ts';
import { themes, widths } from './pages.ts';

const browser = useBrowser();
const properties = { host: '127.0.0.1', port: 1, database: 'rep', username: 'u', password: 'theirs', ssl: false, encryption_type: 'none' };
let server: WebServer;
let ann: Person;
let cookie: string;
const made = { postgres: 0, duckdb: 0, source: 0 };
beforeAll(async () => {
  server = await startWebServer();
  ann = await server.account();
  const [token = ''] = await server.addPartnerKeys(ann.accountId, ['Loom Works']);
  const create = async (body: object): Promise<number> => {
    const reply = await send(server.url, 'POST', '/v4/destinations', { token, body });
    return (reply.body as { id: number }).id;
  };
  made.postgres = await create({ type: 'postgres', name: 'Loom warehouse', properties });
  made.duckdb = await create({ type: 'duckdb', name: 'Loom file', properties: {} });
  const client = await server.signIn(ann);
  const body = { type: 'import_api', display_name: 'Shop', destination_id: made.postgres } as const;
  made.source = (await client.call('createIntegration', { body })).id;
  const [key] = await client.call('listPartnerKeys', {});
  await client.call('disablePartnerKey', { params: { key_id: key?.id ?? 0 } });
  cookie = String(client.cookie);
});
afterAll(() => server.stop());

describe('a destination whose partner may not act', () => {
  it('is shown as held in the list, on the page of its integration and in the notifications', async () => {
    const { page } = await browser.open(server.url, { cookie });
    await page.goto(new URL(paths.destinations(ann.accountId), server.url).href);
    const row = page.getByRole('row').filter({ hasText: 'Loom warehouse' });
    await row.getByText('The partner key of Loom Works, which created this destination, is disabled.').waitFor();
    await row.getByText('On hold').waitFor();
    await page.goto(new URL(paths.notifications(ann.accountId), server.url).href);
    await page.getByText('the partner that created it may not act').first().waitFor();
    await page.goto(new URL(paths.integration(ann.accountId, made.source), server.url).href);
    await page.getByText('Loads into this destination are held').waitFor();
    await page.getByRole('link', { name: 'See Loom warehouse, where you can take it over' }).click();
    await page.getByRole('heading', { name: 'Loom warehouse' }).waitFor();
    await page.getByRole('link', { name: 'Enable the key of Loom Works again' }).click();
    await page.getByRole('table', { name: 'Partner keys' }).waitFor();
  });

  it.each(themes)('says so to everybody, on wide screens and narrow ones, in the %s theme', async (theme) => {
    const { page } = await browser.open(server.url, { cookie, theme });
    for (const path of [paths.destination(made.postgres), paths.integration(ann.accountId, made.source)]) {
      await page.goto(new URL(path, server.url).href);
      await page.getByText('Loads into this destination are held').waitFor();
      for (const width of widths.toReversed()) {
        await page.setViewportSize({ width, height: 800 });
        expect(await findViolations(page), `${width} pixels`).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth'), 'scrolls sideways').toBeLessThanOrEqual(width);
      }
    }
  });

  it('is taken over by entering its credentials again', async () => {
    const { page } = await browser.open(server.url, { cookie });
    await page.goto(new URL(paths.destination(made.postgres), server.url).href);
    await page.getByRole('button', { name: 'Take over this destination' }).click();
    const password = page.getByRole('textbox', { name: 'Password' });
    await password.waitFor();
    expect(await password.inputValue()).toBe('');
    expect(await password.getAttribute('required')).not.toBeNull();
    await page.getByRole('button', { name: 'Take over', exact: true }).click();
    expect(await page.getByText('Loads into this destination are held').isVisible()).toBe(true);
    await password.fill('our own');
    await page.getByRole('button', { name: 'Take over', exact: true }).click();
    await page.getByText('Loom warehouse is your own now.').waitFor();
    await page.getByText('Loads into this destination are held').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Update PostgreSQL Settings' }).waitFor();
    expect(await page.getByText('created by Loom Works').count()).toBe(0);
    const client = await server.signIn(ann);
    expect(await client.call('getDestination', { params: { destination_id: made.postgres } })).toMatchObject({ held: null, partner: null });
  });

  it('is taken over by a word where it has no credentials', async () => {
    const { page } = await browser.open(server.url, { cookie });
    await page.goto(new URL(paths.destination(made.duckdb), server.url).href);
    await page.getByText('created by Loom Works').waitFor();
    await page.getByRole('button', { name: 'Take over this destination' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take over', exact: true }).click();
    await page.getByText('Loads into this destination are held').waitFor({ state: 'detached' });
    const client = await server.signIn(ann);
    const about = (await client.call('listNotifications', {})).map(({ destination_id: id }) => id);
    expect(about).not.toContain(made.duckdb);
  });
});
