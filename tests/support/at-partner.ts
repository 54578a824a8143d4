/** What people do at the page of the example partner, Loom Works, and what Thimble shows of it. */
import type { Locator, Page } from 'playwright-core';
import type { TestBrowser } from './browser.ts';
import type { MemberClient } from './member-client.ts';
import type { PartnerAppProcess } from './partner-app-process.ts';
import type { WebServer } from './web-server.ts';

export const connectButton = (page: Page): Locator => page.getByRole('button', { name: 'Connect your Thimble account' });

/** The page of the partner, seen by somebody who is signed in to Thimble, or by nobody in particular. */
export async function openPartner(browser: TestBrowser, server: WebServer, app: PartnerAppProcess, client?: MemberClient): Promise<Page> {
  const cookie = client === undefined ? {} : { cookie: String(client.cookie) };
  const { page } = await browser.open(server.url, { ...cookie, elsewhere: [app.origin] });
  await page.goto(app.origin);
  return page;
}

/** From the page of the partner through the consent and back. */
export async function connect(page: Page, button: Locator = connectButton(page)): Promise<void> {
  await button.click();
  await page.getByRole('button', { name: 'Accept' }).click();
  await waitForConnected(page);
}

export async function waitForConnected(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Connected', exact: true }).waitFor();
}

/** Its row among the partner keys in Account Settings. */
export const partnerRow = (page: Page): Locator =>
  page.getByRole('table', { name: 'Partner keys' }).getByRole('row').filter({ hasText: 'Loom Works' });
