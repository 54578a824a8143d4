/** The steps of the guide managing-api-keys. */
import { expect } from 'vitest';
import { keyRow, openAccountSettings, waitForText } from '../../support/key-rows.ts';
import { withStore } from '../../support/web-server.ts';
import { copyKey, dialogOf, keyStatus, makeWithKey, openKeyMenu, openUserMenu, press, pushStatus, withKey, type Walk } from './reader.ts';

export const managingApiKeys: Record<string, Walk> = {
  'See who has one': async (reader) => {
    const { page } = reader;
    const key = await withKey(reader);
    await page.goto('/');
    return [
      async (see) => {
        await openUserMenu(page);
        await press(see, 'Manage Account Settings');
      },
      async (see) => {
        await press(see, 'Account Settings');
        await see('API access keys');
        const row = keyRow(page, key.last4);
        for (const text of ['Nightly export', reader.ann.email, 'Enabled']) await waitForText(row, text);
        expect(await page.content()).not.toContain(key.secret);
      },
    ];
  },
  'Make a key': async (reader) => {
    const { server, ann, page } = reader;
    await openAccountSettings(page, ann.accountId);
    await withStore(server.dataDirectory, (store) =>
      store.transaction((tx) => tx.updateTable('session').set({ proved_at: 0 }).where('account_id', '=', ann.accountId).execute()),
    );
    let secret = '';
    return [
      (see) => press(see, 'Generate a Key'),
      async (see) => (await see('Key Description')).fill('Nightly export'),
      async (see) => {
        await press(see, 'Save and Generate Key');
        await dialogOf(page).getByLabel('Password', { exact: true }).fill(ann.password);
        await dialogOf(page).getByRole('button', { name: 'Continue' }).click();
      },
      async () => {
        secret = await copyKey(page);
        expect(await keyStatus(reader, secret)).toBe(200);
      },
      async (see) => {
        await press(see, 'Close and Continue');
        await keyRow(page, secret.slice(-4)).waitFor();
      },
    ];
  },
  'Switch a key off for a while': async (reader) => {
    const { page } = reader;
    const key = await withKey(reader);
    return [
      async (see) => {
        await openKeyMenu(page, key.last4);
        await press(see, 'Disable this key');
        await see('Disabled', keyRow(page, key.last4));
        expect(await keyStatus(reader, key.secret)).toBe(401);
      },
      async (see) => {
        await openKeyMenu(page, key.last4);
        await press(see, 'Re-enable this key');
        await waitForText(keyRow(page, key.last4), /Enabled/);
        expect(await keyStatus(reader, key.secret)).toBe(200);
      },
    ];
  },
  'Delete a key': async (reader) => {
    const { page, client } = reader;
    const key = await withKey(reader);
    const { token } = await makeWithKey(reader, key.secret);
    expect(await pushStatus(reader, token)).toBe(201);
    return [
      async (see) => {
        await openKeyMenu(page, key.last4);
        await press(see, 'Delete this key');
        for (const text of ['terraform/2', 'Web Shop']) await waitForText(dialogOf(page), text);
      },
      async (see) => (await see('It was compromised', dialogOf(page))).check(),
      async (see) => {
        await press(see, 'Delete', dialogOf(page));
        await keyRow(page, key.last4).waitFor({ state: 'detached' });
        expect([await keyStatus(reader, key.secret), await pushStatus(reader, token)]).toEqual([401, 401]);
        await expect(client.call('restoreApiKey', { params: { key_id: key.id } })).rejects.toMatchObject({ status: 409 });
      },
    ];
  },
  'Bring a deleted key back': async (reader) => {
    const { page, client } = reader;
    const key = await withKey(reader);
    await client.call('deleteApiKey', { params: { key_id: key.id }, body: {} });
    await page.reload();
    await page.getByText('Just deleted', { exact: true }).waitFor();
    return [
      async (see) => {
        await press(see, 'Bring back');
        await waitForText(keyRow(page, key.last4), /Disabled/);
      },
      async (see) => {
        await openKeyMenu(page, key.last4);
        await press(see, 'Re-enable this key');
        await waitForText(keyRow(page, key.last4), /Enabled/);
        expect(await keyStatus(reader, key.secret)).toBe(200);
      },
    ];
  },
};
