/** What the walks along the guides share: who reads, where, and what is on the page there. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { createConnectClient } from '../../../client/connect-api.ts';
import { paths } from '../../../web/paths.ts';
import type { See, StepAct } from '../../support/guide-steps.ts';
import { keyMenu, keyRow, openAccountSettings } from '../../support/key-rows.ts';
import type { MemberClient } from '../../support/member-client.ts';
import { send } from '../../support/test-app.ts';
import type { Person, WebServer } from '../../support/web-server.ts';

export interface Reader {
  readonly server: WebServer;
  readonly ann: Person;
  readonly client: MemberClient;
  /** Signed in as Ann. */
  readonly page: Page;
  /** Where the application of a partner is that has no key yet. */
  readonly partnerOrigin: string;
}

/** Goes to where the steps begin and returns what each of them does. */
export type Walk = (reader: Reader) => Promise<readonly StepAct[]>;

export async function press(see: See, label: string, where?: Locator): Promise<void> {
  await (await see(label, where)).click();
}

/** What a page shows once, after it was copied as its button copies it. */
async function copySecret(page: Page, label: string): Promise<string> {
  const secret = await page.getByLabel(label, { exact: true }).inputValue();
  await page.getByRole('button', { name: `Copy: ${label}` }).click();
  await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe(secret);
  return secret;
}
export const copyKey = (page: Page): Promise<string> => copySecret(page, 'Your API access key');
export const copyToken = (page: Page): Promise<string> => copySecret(page, 'Your Thimble API Token');

/** Status of a call of the Connect API with a key. */
export async function keyStatus({ server }: Reader, token: string): Promise<number> {
  return (await send(server.url, 'GET', '/v4/sources', { token, headers: { 'user-agent': 'terraform/2' } })).status;
}

/** Status of a push with a token. */
export async function pushStatus({ server, ann }: Reader, token: string, agent = 'loom/1'): Promise<number> {
  const record = { client_id: ann.accountId, table_name: 'orders', action: 'upsert', key_names: ['id'], sequence: 1, data: { id: 1 } };
  return (await send(server.url, 'POST', '/v2/import/push', { token, body: [record], headers: { 'user-agent': agent } })).status;
}

/** A key that was used, at the page of the keys. */
export async function withKey(reader: Reader): Promise<{ id: number; last4: string; secret: string }> {
  const { ann, client, page } = reader;
  const { key, secret } = await client.call('createApiKey', { body: { description: 'Nightly export' } });
  expect(await keyStatus(reader, secret)).toBe(200);
  const uses = async (): Promise<number> => (await client.call('getApiKey', { params: { key_id: key.id } })).recent_uses.length;
  await expect.poll(uses).toBe(1);
  await openAccountSettings(page, ann.accountId);
  await keyRow(page, key.last4).waitFor();
  return { id: key.id, last4: key.last4, secret };
}

/** What somebody who has a key makes with it: an integration and its token. */
export async function makeWithKey({ server }: Reader, secret: string): Promise<{ sourceId: number; token: string }> {
  const connect = createConnectClient({ baseUrl: server.url, apiKey: secret });
  const { id: sourceId } = await connect.call('createSource', { body: { type: 'import_api', display_name: 'Web Shop' } });
  return { sourceId, token: (await connect.call('createToken', { params: { source_id: sourceId } })).access_token };
}

/** An integration with tokens, of which the first was used, at its first page or its settings. */
export async function withTokens(
  reader: Reader,
  count: number,
  tab: 'summary' | 'settings' = 'settings',
): Promise<{ sourceId: number; secrets: string[] }> {
  const { ann, client, page } = reader;
  const { id: sourceId } = await client.call('createIntegration', { body: { type: 'import_api', display_name: 'Web Shop' } });
  const params = { source_id: sourceId };
  const secrets: string[] = [];
  while (secrets.length < count) {
    const { secret, token } = await client.call('createImportToken', { params, body: {} });
    if (secrets.push(secret) > 1) continue;
    expect(await pushStatus(reader, secret)).toBe(201);
    const uses = async (): Promise<number> =>
      (await client.call('getImportToken', { params: { ...params, token_id: token.id } })).recent_uses.length;
    await expect.poll(uses).toBe(1);
  }
  await page.goto(paths.integration(ann.accountId, sourceId, tab));
  if (tab === 'settings') await expect.poll(() => tokenRows(page).count()).toBe(count);
  return { sourceId, secrets };
}

export const dialogOf = (page: Page): Locator => page.getByRole('dialog');
export const tokenRows = (page: Page): Locator =>
  page.getByRole('table', { name: 'API Access Tokens' }).getByRole('row').filter({ hasText: '(UTC)' });

export async function openUserMenu(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Menu of Ann/ }).click();
}

export async function openKeyMenu(page: Page, last4: string): Promise<void> {
  await page.getByRole('button', { name: keyMenu(last4) }).click();
}

export async function openTokenMenu(page: Page): Promise<void> {
  await tokenRows(page)
    .getByRole('button', { name: /^More for the token/ })
    .click();
}
