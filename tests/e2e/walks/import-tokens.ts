/** The steps of the guide import-tokens. */
import { expect } from 'vitest';
import { waitForText } from '../../support/key-rows.ts';
import { copyToken, dialogOf, openTokenMenu, press, pushStatus, tokenRows, withTokens, type Walk } from './reader.ts';

export const importTokens: Record<string, Walk> = {
  'Where they are': async (reader) => {
    const { page } = reader;
    const [secret = ''] = (await withTokens(reader, 2, 'summary')).secrets;
    return [
      (see) => press(see, 'Settings'),
      async (see) => {
        await see('API Access Tokens');
        const first = tokenRows(page).first();
        for (const text of [reader.ann.email, secret.slice(-4), 'Enabled', 'loom/1']) await waitForText(first, text);
      },
    ];
  },
  'Make one': async (reader) => {
    const { page } = reader;
    await withTokens(reader, 0);
    let secret = '';
    return [
      async (see) => {
        await see('Generate Token');
        await page.getByRole('combobox', { name: 'Expiry of the new token' }).click();
        await page.getByRole('option', { name: 'Expires in 90 days' }).click();
      },
      async (see) => {
        await press(see, 'Generate Token');
        await see('Generated API Token');
      },
      async (see) => {
        secret = await copyToken(page);
        await press(see, 'Close and Continue');
        await waitForText(tokenRows(page), /Expires/);
        expect(await pushStatus(reader, secret)).toBe(201);
      },
    ];
  },
  'Switch one off for a while': async (reader) => {
    const { page } = reader;
    const { secrets } = await withTokens(reader, 1);
    return [
      async (see) => {
        await openTokenMenu(page);
        await press(see, 'Disable this token');
        await see('Disabled', tokenRows(page));
        expect(await pushStatus(reader, String(secrets[0]))).toBe(401);
      },
      async (see) => {
        await openTokenMenu(page);
        await press(see, 'Re-enable this token');
        await waitForText(tokenRows(page), /Enabled/);
        expect(await pushStatus(reader, String(secrets[0]))).toBe(201);
      },
    ];
  },
  'Revoke one': async (reader) => {
    const { page } = reader;
    const [first = '', second = ''] = (await withTokens(reader, 2)).secrets;
    return [
      async (see) => {
        await press(see, 'Revoke', tokenRows(page).first());
        await waitForText(dialogOf(page), 'loom/1');
      },
      async (see) => (await see('It was compromised', dialogOf(page))).check(),
      async (see) => {
        await press(see, 'Revoke', dialogOf(page));
        await expect.poll(() => tokenRows(page).count()).toBe(1);
        expect([await pushStatus(reader, first), await pushStatus(reader, second)]).toEqual([401, 201]);
        expect(await page.getByRole('button', { name: 'Bring back' }).count()).toBe(0);
      },
    ];
  },
  'Bring a revoked token back': async (reader) => {
    const { page, client } = reader;
    const { sourceId, secrets } = await withTokens(reader, 1);
    const params = { source_id: sourceId };
    const [token] = await client.call('listImportTokens', { params });
    await client.call('revokeImportToken', { params: { ...params, token_id: token?.id ?? 0 }, body: {} });
    await page.reload();
    return [
      async (see) => {
        await press(see, 'Bring back');
        await waitForText(tokenRows(page), /Disabled/);
      },
      async (see) => {
        await openTokenMenu(page);
        await press(see, 'Re-enable this token');
        await waitForText(tokenRows(page), /Enabled/);
        expect(await pushStatus(reader, String(secrets[0]))).toBe(201);
      },
    ];
  },
};
