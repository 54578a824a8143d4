import { z } from 'zod';
import { credentialReach, instant, lastUse, removeCredentialBody } from './common.ts';
import type { AccountRoute } from './route.ts';

const partnerKey = z.strictObject({
  id: z.int(),
  partner: z.string(),
  /** The actor of what it did, in the audit log. */
  actor: z.string(),
  created_at: instant,
  state: z.enum(['enabled', 'disabled']),
  /** When its access ends by itself; null: never. */
  expires_at: instant.nullable(),
  expired: z.boolean(),
  last_used: lastUse,
});

export type PartnerKey = z.infer<typeof partnerKey>;

export const partnerKeyRoutes = {
  listPartnerKeys: {
    method: 'GET',
    path: '/account/v1/partner-keys',
    summary: 'List the partners that have access to the account',
    access: 'session',
    response: z.array(partnerKey),
    errors: [],
  },
  getPartnerKey: {
    method: 'GET',
    path: '/account/v1/partner-keys/{key_id}',
    summary: 'Get one partner key with what used it and what it created',
    access: 'session',
    response: partnerKey.extend(credentialReach.shape),
    errors: ['invalid_id'],
  },
  disablePartnerKey: {
    method: 'POST',
    path: '/account/v1/partner-keys/{key_id}/disable',
    summary: 'Stop a partner; when this answers nothing takes effect with its key any more',
    access: 'session',
    response: partnerKey,
    errors: ['invalid_id'],
  },
  enablePartnerKey: {
    method: 'POST',
    path: '/account/v1/partner-keys/{key_id}/enable',
    summary: 'Let a disabled partner act again',
    access: 'session',
    response: partnerKey,
    errors: ['invalid_id'],
  },
  deletePartnerKey: {
    method: 'POST',
    path: '/account/v1/partner-keys/{key_id}/deletion',
    summary: 'Delete a partner key; only the application of the partner brings access back',
    access: 'session',
    body: removeCredentialBody,
    errors: ['invalid_id'],
  },
} as const satisfies Record<string, AccountRoute>;
