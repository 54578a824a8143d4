/** Every page of the app once, for screenshots and for what must hold on all of them. */
import type { Page } from 'playwright-core';
import { paths } from '../../web/paths.ts';
import { chooseInMenu, keyMenu } from '../support/key-rows.ts';
import type { SeededInstallation } from '../support/seeded-installation.ts';
import type { Theme } from '../support/watched-page.ts';
import type { WebServer } from '../support/web-server.ts';

export interface AppPage {
  /** Of its picture, too. */
  readonly name: string;
  readonly path: (seed: SeededInstallation) => string;
  /** A heading that is there when the page is. */
  readonly heading: string | RegExp;
  /** Words that only this one of the pages with the heading has. */
  readonly shows?: string;
  /** Nobody is signed in. */
  readonly isEntrance?: true;
  /** Another server than the usual one: nobody has set it up, or anybody may open an account. */
  readonly on?: 'empty' | 'open';
  /** What is done before it looks as meant. */
  readonly prepare?: (page: Page, seed: SeededInstallation) => Promise<void>;
  /** Part of the guides; what is named here is covered, since it is another each time. */
  readonly inGuides?: { readonly covers?: (page: Page) => ReturnType<Page['getByLabel']>[] };
}

export const widths = [360, 1280] as const;
export const themes: readonly Theme[] = ['light', 'dark'];

const localPath = (link: string): string => link.replace(/^https?:\/\/[^/]+/, '');
let made = 0;

export const pages: readonly AppPage[] = [
  { name: 'set-up', path: ({ empty }) => localPath(String(empty.setupUrl)), heading: 'Set up Thimble', isEntrance: true, on: 'empty' },
  { name: 'sign-in', path: paths.signIn, heading: 'Sign in', isEntrance: true },
  { name: 'forgot', path: paths.forgot, heading: 'Forgot your password?', isEntrance: true },
  { name: 'reset', path: ({ resetLink }) => localPath(resetLink), heading: /password/i, isEntrance: true },
  { name: 'join', path: ({ joinLink }) => localPath(joinLink), heading: 'Join your team', isEntrance: true },
  { name: 'dead-link', path: paths.join, heading: 'Join your team', isEntrance: true },
  { name: 'confirm-email', path: () => `${paths.confirmEmail()}#token=none`, heading: 'Confirm your e-mail address', isEntrance: true },
  { name: 'sign-up', path: paths.signUp, heading: 'Open an account', isEntrance: true, on: 'open', shows: 'Email Address' },
  {
    name: 'sign-up-sent',
    path: paths.signUp,
    heading: 'Open an account',
    isEntrance: true,
    on: 'open',
    prepare: async (page) => {
      // Each time another: the same address may not ask often.
      await page.getByLabel('Email Address').fill(`dora${(made += 1)}@fern.example`);
      await page.getByRole('button', { name: 'Send the link' }).click();
      await page.getByText('is on its way').waitFor();
    },
  },
  {
    name: 'sign-up-details',
    path: () => `${paths.signUp()}#token=none`,
    heading: 'Open an account',
    isEntrance: true,
    on: 'open',
    shows: 'Company Name',
  },
  { name: 'sign-up-closed', path: paths.signUp, heading: 'Open an account', isEntrance: true, shows: 'Accounts are not opened here' },
  { name: 'authorization-broken', path: paths.authorization, heading: 'Connect', isEntrance: true },
  { name: 'not-found', path: () => '/session/nowhere', heading: 'There is no such page', isEntrance: true },

  { name: 'integrations', path: ({ accountId }) => paths.integrations(accountId), heading: 'Integrations' },
  { name: 'add-integration', path: ({ accountId }) => paths.addIntegration(accountId), heading: 'Add an integration' },
  {
    name: 'new-import-api',
    path: ({ accountId }) => paths.newImportApi(accountId),
    heading: 'Configure your Import API integration',
    prepare: async (page) => {
      await page.getByLabel('Integration Name').fill('Coffee Bar');
      await page.getByText('coffee_bar').waitFor();
    },
    inGuides: {},
  },
  {
    name: 'new-webhook',
    path: ({ accountId }) => paths.newWebhook(accountId),
    heading: 'Configure your Incoming Webhooks integration',
    prepare: async (page) => {
      await page.getByLabel('Integration Name').fill('Shop Events');
      await page.getByText('shop_events').waitFor();
    },
  },
  {
    name: 'integration-summary',
    path: ({ accountId, sourceId }) => paths.integration(accountId, sourceId),
    heading: 'Rows Loaded Over Time',
    inGuides: {},
  },
  { name: 'integration-loads', path: ({ accountId, sourceId }) => paths.integration(accountId, sourceId, 'loads'), heading: 'Web Shop' },
  { name: 'table-loads', path: ({ accountId, sourceId }) => paths.tableLoads(accountId, sourceId, 'orders'), heading: /orders/ },
  {
    name: 'integration-settings',
    path: ({ accountId, sourceId }) => paths.integration(accountId, sourceId, 'settings'),
    heading: 'API Access Tokens',
    inGuides: {},
  },
  {
    name: 'revoke-token',
    path: ({ accountId, sourceId }) => paths.integration(accountId, sourceId, 'settings'),
    heading: 'API Access Tokens',
    prepare: (page) => openDialog(page, /^Revoke the token/),
  },
  { name: 'destinations', path: ({ accountId }) => paths.destinations(accountId), heading: 'Destination' },
  { name: 'new-destination', path: ({ accountId }) => paths.newDestination(accountId, 'postgres'), heading: /^Configure your/ },
  { name: 'destination', path: ({ destinationId }) => paths.destination(destinationId), heading: /./ },
  { name: 'notifications', path: ({ accountId }) => paths.notifications(accountId), heading: 'All Notifications', prepare: showDetails },
  { name: 'usage', path: ({ accountId }) => paths.usage(accountId), heading: 'Rows by integration' },
  { name: 'profile', path: ({ accountId }) => paths.settings(accountId, 'profile'), heading: 'Your user profile' },
  { name: 'account-settings', path: ({ accountId }) => paths.settings(accountId, 'account'), heading: 'Partner keys', inGuides: {} },
  {
    name: 'key-menu',
    path: ({ accountId }) => paths.settings(accountId, 'account'),
    heading: 'API access keys',
    prepare: async (page, { last4 }) => {
      await page.getByRole('button', { name: keyMenu(last4) }).click();
      await page.getByRole('menuitem', { name: 'Delete this key' }).waitFor();
    },
  },
  {
    name: 'delete-key',
    path: ({ accountId }) => paths.settings(accountId, 'account'),
    heading: 'API access keys',
    prepare: async (page, { last4 }) => {
      await chooseInMenu(page, keyMenu(last4), 'Delete this key');
      await page.getByRole('dialog').getByLabel('It was compromised').waitFor();
    },
  },
  {
    name: 'generate-key',
    path: ({ accountId }) => paths.newApiKey(accountId),
    heading: 'Configure Your API Access Key',
    prepare: (page) => page.getByLabel('Key Description').fill('Nightly export'),
    inGuides: {},
  },
  { name: 'rotate-key', path: ({ accountId, keyId }) => paths.rotateApiKey(accountId, keyId), heading: 'Rotate Your API Access Key' },
  {
    name: 'consent',
    path: ({ partnerId }) => `${paths.authorization()}?client_id=${partnerId}`,
    heading: 'Connect Thread Mill',
    shows: 'It could not',
    inGuides: {},
  },
  { name: 'members', path: ({ accountId }) => paths.settings(accountId, 'members'), heading: 'Invitations' },
  {
    name: 'invite',
    path: ({ accountId }) => paths.settings(accountId, 'members'),
    heading: 'Invitations',
    prepare: (page) => openDialog(page, 'Add a Team Member'),
  },
  {
    name: 'deactivate',
    path: ({ accountId }) => paths.settings(accountId, 'members'),
    heading: 'Invitations',
    prepare: async (page) => {
      await chooseInMenu(page, 'Menu of Ben Ode', 'Deactivate');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'notification-settings', path: ({ accountId }) => paths.settings(accountId, 'notifications'), heading: 'Settings' },
  { name: 'billing', path: ({ accountId }) => paths.settings(accountId, 'billing'), heading: 'Plan Details' },
  {
    name: 'change-plan',
    path: ({ accountId }) => paths.settings(accountId, 'billing'),
    heading: 'Plan Details',
    prepare: async (page) => {
      await openDialog(page, 'Change Your Plan');
      await page.getByLabel('Plan', { exact: true }).selectOption('standard');
      await page.getByText('What this changes').waitFor();
    },
  },
  { name: 'audit', path: ({ accountId }) => paths.audit(accountId), heading: 'Audit log' },
  { name: 'guides', path: paths.guides, heading: 'Documentation' },
  { name: 'guide', path: () => paths.guide('managing-api-keys'), heading: /./ },
  {
    name: 'api-docs',
    path: () => paths.apiDocs('connect'),
    heading: 'Connect API',
    isEntrance: true,
    prepare: async (page) => {
      await page.getByText('Create a source', { exact: true }).click();
      await page.getByRole('region', { name: 'Body of createSource' }).waitFor();
    },
  },
  { name: 'api-docs-import', path: () => paths.apiDocs('import'), heading: 'Import API', isEntrance: true, shows: 'push' },
  // The last ones add something each time.
  {
    name: 'generated-key',
    path: ({ accountId }) => paths.newApiKey(accountId),
    heading: 'Configure Your API Access Key',
    prepare: async (page, { client }) => {
      const keys = await client.call('listApiKeys', {});
      for (const { id } of keys.filter(({ description, state }) => description === 'Shown once' && state !== 'deleted')) {
        await client.call('deleteApiKey', { params: { key_id: id }, body: { compromised: true } });
      }
      await page.getByLabel('Key Description').fill('Shown once');
      await page.getByRole('button', { name: 'Save and Generate Key' }).click();
      await page.getByLabel('Your API access key', { exact: true }).waitFor();
    },
  },
  {
    name: 'generated-token',
    path: ({ accountId }) => paths.newImportApi(accountId),
    heading: 'Configure your Import API integration',
    prepare: async (page) => {
      await page.getByLabel('Integration Name').fill(`Stall ${(made += 1)}`);
      await page.getByText(`stall_${made}.`).waitFor();
      await page.getByRole('button', { name: 'Save and Generate Token' }).click();
      await page.getByLabel('Your Thimble API Token', { exact: true }).waitFor();
    },
    inGuides: { covers: (page) => [page.getByLabel('Your Thimble API Token', { exact: true })] },
  },
  {
    name: 'generated-webhook-url',
    path: ({ accountId }) => paths.newWebhook(accountId),
    heading: 'Configure your Incoming Webhooks integration',
    prepare: async (page) => {
      await page.getByLabel('Integration Name').fill(`Hook ${(made += 1)}`);
      await page.getByText(`hook_${made}.`).waitFor();
      await page.getByRole('button', { name: 'Save Integration' }).click();
      await page.getByLabel('Your Webhook URL', { exact: true }).waitFor();
    },
  },
  {
    name: 'webhook-settings',
    path: ({ accountId }) => paths.newWebhook(accountId),
    heading: 'Configure your Incoming Webhooks integration',
    prepare: async (page) => {
      await page.getByLabel('Integration Name').fill(`Hook ${(made += 1)}`);
      await page.getByLabel('Primary Key').fill('id');
      await page.getByText(`hook_${made}.`).waitFor();
      await page.getByRole('button', { name: 'Save Integration' }).click();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('link', { name: 'Settings', exact: true }).click();
      await page.getByRole('button', { name: /^Revoke the webhook URL/ }).waitFor();
    },
  },
];

/** The server the page is on. */
export function serverOf({ on }: AppPage, seed: SeededInstallation): WebServer {
  return on === undefined ? seed.server : seed[on];
}

async function openDialog(page: Page, button: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: button }).first().click();
  await page.getByRole('dialog').waitFor();
}

async function showDetails(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^View details/ })
    .first()
    .click();
}

/** Goes to a page of the list and waits until it is as meant. */
export async function showPage(page: Page, entry: AppPage, seed: SeededInstallation): Promise<void> {
  await page.goto(entry.path(seed));
  await page.getByRole('heading', { name: entry.heading }).first().waitFor();
  if (entry.shows !== undefined) await page.getByText(entry.shows).first().waitFor();
  await entry.prepare?.(page, seed);
  await page.waitForLoadState('networkidle');
}
