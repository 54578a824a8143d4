/** The one place that writes addresses. Ids stay readable in them (web-app.md §1.2). */

const base = (accountId: number): string => `/v2/client/${accountId}`;

export type SettingsTab = 'profile' | 'account' | 'members' | 'notifications' | 'billing';
export type IntegrationTab = 'summary' | 'loads' | 'settings';

export const paths = {
  home: () => '/',
  signIn: () => '/session/create',
  setup: () => '/session/setup',
  forgot: () => '/session/forgot',
  reset: () => '/session/reset',
  join: () => '/session/join',
  signUp: () => '/session/sign-up',
  confirmEmail: () => '/session/email',
  authorization: () => '/oauth/authorization',
  integrations: (accountId: number) => `${base(accountId)}/pipeline/connections`,
  addIntegration: (accountId: number) => `${base(accountId)}/pipeline/add-integration`,
  newImportApi: (accountId: number) => `${base(accountId)}/pipeline/add-integration/import-api`,
  newWebhook: (accountId: number) => `${base(accountId)}/pipeline/add-integration/webhook`,
  integration: (accountId: number, sourceId: number, tab: IntegrationTab = 'summary') =>
    `${base(accountId)}/pipeline/connections/${sourceId}/${tab}`,
  tableLoads: (accountId: number, sourceId: number, table: string) =>
    `${base(accountId)}/pipeline/connections/${sourceId}/loads/${encodeURIComponent(table)}`,
  newToken: (accountId: number, sourceId: number) => `${base(accountId)}/pipeline/connections/${sourceId}/generate-token`,
  destinations: (accountId: number) => `${base(accountId)}/pipeline/destinations`,
  addDestination: (accountId: number) => `${base(accountId)}/pipeline/destinations/add`,
  newDestination: (accountId: number, type: string) => `${base(accountId)}/pipeline/destinations/add/${type}`,
  destination: (destinationId: number) => `/v2/destinations/${destinationId}/edit`,
  notifications: (accountId: number) => `${base(accountId)}/notifications`,
  usage: (accountId: number) => `${base(accountId)}/usage`,
  settings: (accountId: number, tab: SettingsTab) => `${base(accountId)}/settings/${tab}`,
  newApiKey: (accountId: number) => `${base(accountId)}/settings/account/generate-key`,
  rotateApiKey: (accountId: number, keyId: number) => `${base(accountId)}/settings/account/api-keys/${keyId}/rotate`,
  audit: (accountId: number) => `${base(accountId)}/settings/audit`,
  jsClient: () => '/v2/js-client',
  guides: () => '/guides',
  guide: (name: string) => `/guides/${name}`,
  apiDocs: (api: string) => `/docs/api/${api}`,
} as const;
