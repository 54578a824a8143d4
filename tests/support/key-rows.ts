/** API access keys and partner keys as a member sees and handles them on the page. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { paths } from '../../web/paths.ts';

export const keyTable = (page: Page): Locator => page.getByRole('table', { name: 'API access keys' });

/** The row of the key with these last four characters. */
export const keyRow = (page: Page, last4: string): Locator =>
  keyTable(page)
    .getByRole('row')
    .filter({ has: page.getByRole('cell', { name: last4, exact: true }) });

/** Opens Account Settings and waits for the section of the keys. */
export async function openAccountSettings(page: Page, accountId: number): Promise<void> {
  await page.goto(paths.settings(accountId, 'account'));
  await page.getByRole('heading', { name: 'API access keys' }).waitFor();
}

/** Chooses an entry of a menu at the end of a row. */
export async function chooseInMenu(page: Page, menu: string, entry: string): Promise<void> {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

export const keyMenu = (last4: string): string => `Menu of the key ending in ${last4}`;

/** Generates a key from Account Settings, and returns it from the page that shows it once. */
export async function generateKey(page: Page, description: string): Promise<string> {
  await page.getByRole('button', { name: 'Generate a Key' }).click();
  await page.getByRole('heading', { name: 'Configure Your API Access Key' }).waitFor();
  await page.getByLabel('Key Description').fill(description);
  await page.getByRole('button', { name: 'Save and Generate Key' }).click();
  const shown = page.getByLabel('Your API access key', { exact: true });
  await shown.waitFor();
  return shown.inputValue();
}

export async function waitForText(locator: Locator, text: string | RegExp): Promise<void> {
  await expect.poll(() => locator.innerText(), { timeout: 10_000 }).toMatch(text);
}
