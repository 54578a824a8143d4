import { z } from 'zod';
import { credentialReach, instant, lastDenied, lastUse, removeCredentialBody } from './common.ts';
import type { AccountRoute } from './route.ts';

const displayName = z.string().trim().min(1).max(255);

/** An integration as lists show it. */
const integration = z.strictObject({
  id: z.int(),
  type: z.string(),
  display_name: z.string(),
  /** Schema in the destination; never changes. */
  name: z.string(),
  destination_id: z.int().nullable(),
  status: z.enum(['active', 'paused', 'held']),
  /** Why Thimble itself stopped it; null otherwise. */
  status_reason: z.string().nullable(),
  created_at: instant,
  last_received_at: instant.nullable(),
  last_loaded_at: instant.nullable(),
  /** Thirty days up to now. */
  rows_this_period: z.int(),
  active_tokens: z.int(),
});

const importToken = z.strictObject({
  id: z.int(),
  key_id: z.string(),
  last4: z.string(),
  created_at: instant,
  created_by: z.string(),
  state: z.enum(['enabled', 'disabled', 'deleted']),
  expires_at: instant.nullable(),
  expired: z.boolean(),
  last_used: lastUse,
  last_denied: lastDenied,
  unused: z.boolean(),
  /** A newer enabled token exists. */
  superseded: z.boolean(),
  /** Superseded, and not used since then: safe to revoke. */
  unused_since_superseded: z.boolean(),
  restorable_until: instant.nullable(),
});

const tableState = z.strictObject({
  table: z.string(),
  last_loaded_at: instant.nullable(),
  error: z.string().nullable(),
  bookmarks: z.record(z.string(), z.string()),
  waiting_versions: z.record(z.string(), z.int()),
  /** Loaded in the last 24 hours, subtables included. */
  rows: z.int(),
});

const load = z.strictObject({
  load_id: z.string(),
  table: z.string(),
  started_at: instant,
  finished_at: instant,
  /** Rows per destination table, subtables included. */
  loaded: z.record(z.string(), z.int()),
  received: z.int(),
  rejected: z.int(),
  superseded: z.int(),
});

const summary = z.strictObject({
  integration,
  last_received_at: instant.nullable(),
  /** Accepted and not yet loaded. */
  waiting_bytes: z.int(),
  rows_today: z.int(),
  last_table: z.strictObject({ table: z.string(), at: instant }).nullable(),
  rows_this_period: z.int(),
  /** Of all rows of the account in the period; 0 to 100. */
  percent_of_account: z.number(),
  days: z.array(z.strictObject({ day: z.iso.date(), rows: z.int() })),
});

export type Integration = z.infer<typeof integration>;
export type ImportToken = z.infer<typeof importToken>;
export type TableState = z.infer<typeof tableState>;
export type Load = z.infer<typeof load>;
export type IntegrationSummary = z.infer<typeof summary>;

export const integrationRoutes = {
  listIntegrations: {
    method: 'GET',
    path: '/account/v1/sources',
    summary: 'List the integrations',
    access: 'session',
    delegated: true,
    response: z.array(integration),
    errors: [],
  },
  previewIntegrationName: {
    method: 'POST',
    path: '/account/v1/sources/name-previews',
    summary: 'Say which schema name a display name, or a chosen name, would give',
    access: 'session',
    delegated: true,
    body: z.strictObject({ display_name: z.string().max(255), name: z.string().max(255).optional() }),
    /** `problem` says in a sentence why it cannot be used. */
    response: z.strictObject({ name: z.string(), problem: z.string().nullable() }),
    errors: [],
  },
  createIntegration: {
    method: 'POST',
    path: '/account/v1/sources',
    summary: 'Create an Import API integration',
    access: 'session',
    delegated: true,
    body: z.strictObject({
      type: z.literal('import_api'),
      display_name: displayName,
      name: z.string().min(1).max(255).optional(),
      destination_id: z.int().optional(),
    }),
    response: integration,
    errors: ['invalid_type', 'invalid_name', 'invalid_display_name', 'invalid_id'],
  },
  getIntegration: {
    method: 'GET',
    path: '/account/v1/sources/{source_id}',
    summary: 'Get one integration',
    access: 'session',
    delegated: true,
    response: integration,
    errors: ['invalid_id'],
  },
  updateIntegration: {
    method: 'PUT',
    path: '/account/v1/sources/{source_id}',
    summary: 'Rename, pause or resume an integration, or give it another destination',
    access: 'session',
    delegated: true,
    body: z.strictObject({
      display_name: displayName.optional(),
      paused: z.boolean().optional(),
      destination_id: z.int().nullable().optional(),
    }),
    response: integration,
    errors: ['invalid_id', 'invalid_display_name'],
  },
  deleteIntegration: {
    method: 'DELETE',
    path: '/account/v1/sources/{source_id}',
    summary: 'Delete an integration and revoke its tokens; loaded data stays',
    access: 'session',
    errors: ['invalid_id'],
  },
  summarizeIntegration: {
    method: 'GET',
    path: '/account/v1/sources/{source_id}/summary',
    summary: 'Rows received and loaded',
    access: 'session',
    response: summary,
    errors: ['invalid_id'],
  },
  listIntegrationLoads: {
    method: 'GET',
    path: '/account/v1/sources/{source_id}/loads',
    summary: 'The state of every table, and the newest 100 loads, of one table if named',
    access: 'session',
    query: z.strictObject({ table: z.string().max(300).optional() }),
    response: z.strictObject({ tables: z.array(tableState), loads: z.array(load) }),
    errors: ['invalid_id'],
  },
  listImportTokens: {
    method: 'GET',
    path: '/account/v1/sources/{source_id}/tokens',
    summary: 'List the import tokens of an integration, oldest first, with those that may still be brought back',
    access: 'session',
    delegated: true,
    response: z.array(importToken),
    errors: ['invalid_id', 'invalid_type'],
  },
  getImportToken: {
    method: 'GET',
    path: '/account/v1/sources/{source_id}/tokens/{token_id}',
    summary: 'Get one import token with what used it',
    access: 'session',
    response: importToken.extend(credentialReach.shape),
    errors: ['invalid_id', 'invalid_type', 'invalid_token_id'],
  },
  createImportToken: {
    method: 'POST',
    path: '/account/v1/sources/{source_id}/tokens',
    summary: 'Create an import token; the reply shows it once. The same Idempotency-Key never makes a second one',
    access: 'session',
    delegated: true,
    body: z.strictObject({ expires_at: instant.nullable().default(null) }),
    response: z.strictObject({ token: importToken, secret: z.string() }),
    errors: ['invalid_id', 'invalid_type', 'token_limit_exceeded', 'already_created'],
    secret: true,
  },
  disableImportToken: {
    method: 'POST',
    path: '/account/v1/sources/{source_id}/tokens/{token_id}/disable',
    summary: 'Disable an import token; when this answers nothing takes effect with it any more',
    access: 'session',
    response: importToken,
    errors: ['invalid_id', 'invalid_type', 'invalid_token_id'],
  },
  enableImportToken: {
    method: 'POST',
    path: '/account/v1/sources/{source_id}/tokens/{token_id}/enable',
    summary: 'Enable a disabled import token',
    access: 'session',
    response: importToken,
    errors: ['invalid_id', 'invalid_type', 'invalid_token_id'],
  },
  revokeImportToken: {
    method: 'POST',
    path: '/account/v1/sources/{source_id}/tokens/{token_id}/revocation',
    summary: 'Revoke an import token; when this answers nothing takes effect with it any more',
    access: 'session',
    body: removeCredentialBody,
    response: importToken,
    errors: ['invalid_id', 'invalid_type', 'invalid_token_id'],
  },
  restoreImportToken: {
    method: 'POST',
    path: '/account/v1/sources/{source_id}/tokens/{token_id}/restoration',
    summary: 'Bring a token revoked in the last ten minutes back, as disabled',
    access: 'session',
    response: importToken,
    errors: ['invalid_id', 'invalid_type', 'invalid_token_id', 'token_limit_exceeded', 'invalid_credential_state'],
  },
} as const satisfies Record<string, AccountRoute>;
