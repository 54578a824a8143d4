import { z } from 'zod';
import { credentialReach, instant, lastDenied, lastUse, removeCredentialBody } from './common.ts';
import type { AccountRoute } from './route.ts';

const apiKey = z.strictObject({
  id: z.int(),
  key_id: z.string(),
  last4: z.string(),
  description: z.string(),
  created_at: instant,
  /** E-mail address of the member it acts as. */
  created_by: z.string(),
  state: z.enum(['enabled', 'disabled', 'deleted']),
  /** Why it is not enabled. */
  state_reason: z.enum(['member', 'plan', 'partner', 'source_deleted']).nullable(),
  state_changed_at: instant,
  state_changed_by: z.string(),
  expires_at: instant.nullable(),
  expired: z.boolean(),
  last_used: lastUse,
  last_denied: lastDenied,
  /** Enabled, older than 90 days and not used in the last 90. */
  unused: z.boolean(),
  /** Deleted, but may still be brought back until then; null otherwise. */
  restorable_until: instant.nullable(),
});

const createdKey = z.strictObject({ key: apiKey, secret: z.string() });

const expiresAt = instant.nullable().default(null);

export type ApiKey = z.infer<typeof apiKey>;

export const apiKeyRoutes = {
  listApiKeys: {
    method: 'GET',
    path: '/account/v1/api-keys',
    summary: 'List the API access keys of the account, oldest first, with those that may still be brought back',
    access: 'session_or_key',
    response: z.array(apiKey),
    errors: [],
  },
  getApiKey: {
    method: 'GET',
    path: '/account/v1/api-keys/{key_id}',
    summary: 'Get one API access key with what used it and what it created',
    access: 'session_or_key',
    response: apiKey.extend(credentialReach.shape),
    errors: ['invalid_id'],
  },
  createApiKey: {
    method: 'POST',
    path: '/account/v1/api-keys',
    summary: 'Create an API access key; the reply shows its secret once. The same Idempotency-Key never makes a second one',
    access: 'session',
    fresh: true,
    body: z.strictObject({ description: z.string().trim().max(200).default(''), expires_at: expiresAt }),
    response: createdKey,
    errors: ['key_limit_exceeded', 'already_created'],
    secret: true,
  },
  rotateApiKey: {
    method: 'POST',
    path: '/account/v1/api-keys/{key_id}/rotation',
    summary: 'Make a successor of a key; the old one goes on for a while. A key may rotate itself',
    access: 'session_or_key',
    fresh: true,
    body: z.strictObject({
      /** Seconds the old key still works; 0 ends it before the answer. */
      grace_seconds: z
        .int()
        .min(0)
        .max(30 * 86_400)
        .default(86_400),
    }),
    response: createdKey,
    errors: ['invalid_id', 'key_limit_exceeded', 'already_created', 'invalid_credential_state'],
    secret: true,
  },
  disableApiKey: {
    method: 'POST',
    path: '/account/v1/api-keys/{key_id}/disable',
    summary: 'Disable an API access key; when this answers nothing takes effect with it any more',
    access: 'session_or_key',
    response: apiKey,
    errors: ['invalid_id'],
  },
  enableApiKey: {
    method: 'POST',
    path: '/account/v1/api-keys/{key_id}/enable',
    summary: 'Enable a disabled API access key',
    access: 'session',
    response: apiKey,
    errors: ['invalid_id'],
  },
  deleteApiKey: {
    method: 'POST',
    path: '/account/v1/api-keys/{key_id}/deletion',
    summary: 'Delete an API access key; when this answers nothing takes effect with it any more',
    access: 'session_or_key',
    body: removeCredentialBody,
    response: apiKey,
    errors: ['invalid_id'],
  },
  restoreApiKey: {
    method: 'POST',
    path: '/account/v1/api-keys/{key_id}/restoration',
    summary: 'Bring a key deleted in the last ten minutes back, as disabled',
    access: 'session',
    response: apiKey,
    errors: ['invalid_id', 'key_limit_exceeded', 'invalid_credential_state'],
  },
} as const satisfies Record<string, AccountRoute>;
