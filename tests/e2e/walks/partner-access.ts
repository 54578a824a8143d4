/** The steps of the guide to partner access; the account has the partners Loom Works and Needle Point, and Thread Mill asks to be one. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { connectButton, waitForConnected } from '../../support/at-partner.ts';
import { openAccountSettings, waitForText } from '../../support/key-rows.ts';
import { dialogOf, openUserMenu, press, type Walk } from './reader.ts';

const partnerRow = (page: Page, name: string): Locator => page.getByRole('table', { name: 'Partner keys' }).getByRole('row', { name });

async function openPartnerMenu(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `Menu of the key of ${name}` }).click();
}

export const partnerAccess: Record<string, Walk> = {
  'Let a partner in': async ({ page, client, partnerOrigin }) => {
    await page.goto(partnerOrigin);
    return [
      async () => {
        await connectButton(page).click();
        await page.getByRole('heading', { name: 'Connect Thread Mill' }).waitFor();
      },
      async (see) => see('For how long'),
      async (see) => {
        await see('Reject');
        await press(see, 'Accept');
        await waitForConnected(page);
        expect((await client.call('listPartnerKeys', {})).map(({ partner }) => partner)).toContain('Thread Mill');
      },
    ];
  },
  'See which partners have access': async ({ page }) => [
    async (see) => {
      await openUserMenu(page);
      await press(see, 'Manage Account Settings');
    },
    async (see) => {
      await press(see, 'Account Settings');
      await see('Partner keys');
      for (const text of ['Sept 18, 2031', 'Enabled']) await waitForText(partnerRow(page, 'Loom Works'), text);
    },
  ],
  'Stop a partner for a while': async ({ ann, page }) => {
    await openAccountSettings(page, ann.accountId);
    return [
      async (see) => {
        await openPartnerMenu(page, 'Loom Works');
        await press(see, 'Disable this key');
        await see('Disabled', partnerRow(page, 'Loom Works'));
      },
      async (see) => {
        await openPartnerMenu(page, 'Loom Works');
        await press(see, 'Re-enable this key');
        await waitForText(partnerRow(page, 'Loom Works'), /Enabled/);
      },
    ];
  },
  'End it': async ({ ann, page, client }) => {
    await openAccountSettings(page, ann.accountId);
    return [
      async (see) => {
        await openPartnerMenu(page, 'Needle Point');
        await press(see, 'Delete this key');
        await waitForText(dialogOf(page), 'Used in the last 30 days');
      },
      async (see) => (await see('It was compromised', dialogOf(page))).check(),
      async (see) => {
        await press(see, 'Delete', dialogOf(page));
        await partnerRow(page, 'Needle Point').waitFor({ state: 'detached' });
        expect((await client.call('listPartnerKeys', {})).map(({ partner }) => partner)).not.toContain('Needle Point');
      },
    ];
  },
  'See what a partner did': async ({ page }) => [
    async (see) => {
      await openUserMenu(page);
      await press(see, 'Audit log');
      await see('Actor', page.getByRole('table', { name: 'Audit log' }));
    },
  ],
};
