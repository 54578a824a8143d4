import { z } from 'zod';
import { roles } from './roles.ts';

/** UTC, ISO 8601 with `Z`. */
export const instant = z.iso.datetime();
export const role = z.enum(roles);
export const email = z.email().max(254);
export const personName = z.string().trim().min(1).max(200);
/** The one length rule; everything else about passwords is for the server to say (`invalid_password`). */
export const newPassword = z.string().min(12).max(200);
/** A password as typed at sign-in: any length a person may have chosen once. */
export const givenPassword = z.string().min(1).max(1000);
/** Secret of a link sent by mail or copied from the app. */
export const linkToken = z.string().min(1).max(200);
/** Six digits of an authenticator, or a recovery code. */
export const secondFactor = z.string().trim().min(6).max(40);

/** When, from where and with what a credential was used last; null when never. */
export const lastUse = z.strictObject({ at: instant, address: z.string(), agent: z.string(), endpoint: z.string() }).nullable();

/** The last refused use of a credential whose secret matched. */
export const lastDenied = z.strictObject({ at: instant, reason: z.string() }).nullable();

/** One client of a credential within the last 30 days. */
const recentUse = z.strictObject({ address: z.string(), agent: z.string(), uses: z.int(), last_at: instant });

/** Something a credential made and that still exists. */
const createdThing = z.strictObject({
  /** `api_key`: the successor of a key that rotated itself. */
  kind: z.enum(['source', 'import_token', 'webhook_url', 'destination', 'api_key', 'hook', 'custom_email']),
  id: z.int(),
  name: z.string(),
  live: z.boolean(),
});

/** What a confirmation shows before a credential is taken away. */
export const credentialReach = z.strictObject({ recent_uses: z.array(recentUse), created: z.array(createdThing) });

export const removeCredentialBody = z.strictObject({
  /** Somebody else knows the secret: what it made is disabled with it, and it cannot be brought back. */
  compromised: z.boolean().default(false),
});

export type LastUse = z.infer<typeof lastUse>;
export type LastDenied = z.infer<typeof lastDenied>;
export type CredentialReach = z.infer<typeof credentialReach>;
