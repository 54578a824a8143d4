/** The steps of the guide rotating-without-interruption. */
import { expect } from 'vitest';
import { paths } from '../../../web/paths.ts';
import { keyRow, waitForText } from '../../support/key-rows.ts';
import {
  copyKey,
  copyToken,
  dialogOf,
  keyStatus,
  makeWithKey,
  openKeyMenu,
  openTokenMenu,
  press,
  pushStatus,
  tokenRows,
  withKey,
  withTokens,
  type Walk,
} from './reader.ts';

export const rotatingWithoutInterruption: Record<string, Walk> = {
  'An import token': async (reader) => {
    const { page } = reader;
    const [older = '', unused = ''] = (await withTokens(reader, 2, 'summary')).secrets;
    let newer = '';
    return [
      async (see) => {
        await press(see, 'Settings');
        await see('Last used');
        await waitForText(tokenRows(page).first(), 'loom/1');
        await waitForText(tokenRows(page).last(), 'Never');
        await press(see, 'Revoke', tokenRows(page).last());
        await dialogOf(page).getByRole('button', { name: 'Revoke', exact: true }).click();
        await expect.poll(() => tokenRows(page).count()).toBe(1);
        expect([await pushStatus(reader, older), await pushStatus(reader, unused)]).toEqual([201, 401]);
      },
      async (see) => {
        await press(see, 'Generate Token');
        newer = await copyToken(page);
        await press(see, 'Close and Continue');
      },
      async () => {
        await page.getByText('it is safe to revoke').waitFor();
        expect([await pushStatus(reader, newer), await pushStatus(reader, older, 'forgotten/3')]).toEqual([201, 201]);
      },
      async (see) => {
        await page.reload();
        await see('API Access Tokens');
        await see('The older token is still in use');
        await page.getByText(/^forgotten\/3 from 127\.0\.0\.1/).waitFor();
      },
      async (see) => {
        await press(see, 'Revoke', tokenRows(page).first());
        await dialogOf(page).getByRole('button', { name: 'Revoke', exact: true }).click();
        await expect.poll(() => tokenRows(page).count()).toBe(1);
        expect([await pushStatus(reader, newer), await pushStatus(reader, older)]).toEqual([201, 401]);
      },
    ];
  },
  'An API access key': async (reader) => {
    const { page, ann } = reader;
    const key = await withKey(reader);
    const older = key.secret;
    await page.goto(paths.settings(ann.accountId, 'profile'));
    let newer = '';
    return [
      async (see) => {
        await press(see, 'Account Settings');
        await openKeyMenu(page, key.last4);
        await press(see, 'Rotate this key');
      },
      async (see) => {
        await see('The old key');
        await page.getByRole('combobox', { name: 'The old key' }).selectOption('Keep it for a day');
      },
      async (see) => {
        await press(see, 'Rotate and Show Key');
        newer = await copyKey(page);
        await press(see, 'Close and Continue');
      },
      async (see) => {
        expect([await keyStatus(reader, newer), await keyStatus(reader, older)]).toEqual([200, 200]);
        await page.reload();
        await see('API access keys');
        await waitForText(keyRow(page, newer.slice(-4)), 'terraform/2');
      },
      async (see) => {
        await waitForText(keyRow(page, key.last4), /Expires/);
        await openKeyMenu(page, key.last4);
        await press(see, 'Disable this key');
        await waitForText(keyRow(page, key.last4), /Disabled/);
        expect([await keyStatus(reader, newer), await keyStatus(reader, older)]).toEqual([200, 401]);
      },
    ];
  },
  'In a hurry: an import token': async (reader) => {
    const { page } = reader;
    const { secrets } = await withTokens(reader, 1, 'summary');
    return [
      async (see) => {
        await press(see, 'Settings');
        await press(see, 'Revoke', tokenRows(page));
        await (await see('It was compromised', dialogOf(page))).check();
        await press(see, 'Revoke', dialogOf(page));
        await page.getByText('There is no token').waitFor();
        expect(await pushStatus(reader, String(secrets[0]))).toBe(401);
      },
      async (see) => {
        await press(see, 'Generate Token');
        expect(await pushStatus(reader, await copyToken(page))).toBe(201);
      },
    ];
  },
  'In a hurry: an API access key': async (reader) => {
    const { page, ann } = reader;
    const key = await withKey(reader);
    const { sourceId, token } = await makeWithKey(reader, key.secret);
    await page.goto(paths.settings(ann.accountId, 'profile'));
    return [
      async (see) => {
        await press(see, 'Account Settings');
        await openKeyMenu(page, key.last4);
        await press(see, 'Delete this key');
        await (await see('It was compromised', dialogOf(page))).check();
        await press(see, 'Delete', dialogOf(page));
        await keyRow(page, key.last4).waitFor({ state: 'detached' });
        expect([await keyStatus(reader, key.secret), await pushStatus(reader, token)]).toEqual([401, 401]);
      },
      async (see) => {
        await press(see, 'Generate a Key');
        await page.getByRole('button', { name: 'Save and Generate Key' }).click();
        expect(await keyStatus(reader, await copyKey(page))).toBe(200);
        await page.goto(paths.integration(ann.accountId, sourceId, 'settings'));
        await openTokenMenu(page);
        await page.getByRole('menuitem', { name: 'Re-enable this token' }).click();
        await waitForText(tokenRows(page), /Enabled/);
        expect(await pushStatus(reader, token)).toBe(201);
      },
    ];
  },
};
