import { z } from 'zod';
import { instant } from './common.ts';
import type { AccountRoute } from './route.ts';

/** What a partner's link asks (RFC 6749 §4.1.1, RFC 7636 §4.3; connect-api.md §4.3), as the page found it in its address. Unknown parameters stay out. */
const authorizationRequest = z.strictObject({
  client_id: z.string().min(1).max(200),
  redirect_uri: z.string().max(2000).optional(),
  response_type: z.string().max(100).optional(),
  state: z.string().max(2000).optional(),
  code_challenge: z.string().max(200).optional(),
  code_challenge_method: z.string().max(20).optional(),
});

const partner = z.strictObject({
  name: z.string(),
  /** A `data:` URL. */
  logo: z.string().nullable(),
});

/** Where the browser goes next: always an address the operator registered for the partner. */
const redirect = z.strictObject({ redirect_to: z.string() });

/** The key the partner has, or had, on the account. */
const standing = z.strictObject({
  state: z.enum(['enabled', 'disabled', 'deleted']),
  changed_at: instant,
  changed_by: z.string(),
});

export type AuthorizationRequest = z.infer<typeof authorizationRequest>;

export const authorizationRoutes = {
  describeAuthorization: {
    method: 'POST',
    path: '/account/v1/authorization',
    summary: 'Say which partner asks for access, before anybody is signed in',
    access: 'public',
    body: authorizationRequest,
    response: z.strictObject({
      partner,
      /** Origin the browser goes back to. */
      returns_to: z.string(),
      /** Where to go at once when the request is at fault in a way the partner is told (RFC 6749 §4.1.2.1). */
      refusal: z.string().nullable(),
    }),
    errors: ['invalid_authorization_request'],
  },
  getStanding: {
    method: 'POST',
    path: '/account/v1/authorization/standing',
    summary: 'Say what access the partner has to the account, or had',
    access: 'session',
    body: authorizationRequest,
    response: z.strictObject({ standing: standing.nullable() }),
    errors: ['invalid_authorization_request'],
  },
  acceptAuthorization: {
    method: 'POST',
    path: '/account/v1/authorization/acceptance',
    summary: 'Let the partner act on the account; the reply holds the code for the partner',
    access: 'session',
    fresh: true,
    body: authorizationRequest.extend({
      /** Days until the access ends; null: never. */
      expires_in_days: z.int().min(1).max(3650).nullable().default(null),
    }),
    response: redirect,
    errors: ['invalid_authorization_request'],
    secret: true,
  },
  rejectAuthorization: {
    method: 'POST',
    path: '/account/v1/authorization/rejection',
    summary: 'Send the browser back to the partner with a refusal',
    access: 'public',
    body: authorizationRequest,
    response: redirect,
    errors: ['invalid_authorization_request'],
  },
} as const satisfies Record<string, AccountRoute>;
