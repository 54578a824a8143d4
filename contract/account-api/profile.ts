import { z } from 'zod';
import { email, givenPassword, linkToken, newPassword, personName, secondFactor } from './common.ts';
import type { AccountRoute } from './route.ts';

const profile = z.strictObject({
  name: z.string(),
  email: z.string(),
  /** An address waiting for its proof. */
  pending_email: z.string().nullable(),
  notify_errors: z.boolean(),
  two_factor: z.boolean(),
  recovery_codes_left: z.int(),
});

const recoveryCodes = z.strictObject({ recovery_codes: z.array(z.string()) });

/** A link the caller may pass on by hand; null when it was sent by mail. */
export const handedLink = z.strictObject({ link: z.string().nullable() });

export type Profile = z.infer<typeof profile>;

export const profileRoutes = {
  getProfile: {
    method: 'GET',
    path: '/account/v1/profile',
    summary: 'Get the profile of the member',
    access: 'session',
    response: profile,
    errors: [],
  },
  updateProfile: {
    method: 'PUT',
    path: '/account/v1/profile',
    summary: 'Change name and mail settings',
    access: 'session',
    body: z.strictObject({ name: personName.optional(), notify_errors: z.boolean().optional() }),
    response: profile,
    errors: [],
  },
  requestEmailChange: {
    method: 'POST',
    path: '/account/v1/profile/email',
    summary: 'Ask to change the address; a link to the new one proves it',
    access: 'session',
    body: z.strictObject({ email, password: givenPassword }),
    response: profile,
    errors: ['wrong_password', 'existing_user'],
  },
  confirmEmailChange: {
    method: 'POST',
    path: '/account/v1/email-changes/completions',
    summary: 'Prove the new address with the link sent to it',
    access: 'public',
    body: z.strictObject({ token: linkToken }),
    errors: ['invalid_link', 'existing_user'],
  },
  changePassword: {
    method: 'POST',
    path: '/account/v1/profile/password',
    summary: 'Change the password; ends the other sessions of the member',
    access: 'session',
    body: z.strictObject({ old_password: givenPassword, new_password: newPassword }),
    errors: ['wrong_password', 'invalid_password'],
  },
  startTwoFactor: {
    method: 'POST',
    path: '/account/v1/profile/two-factor',
    summary: 'Begin to set up an authenticator; nothing changes until it is confirmed',
    access: 'session',
    fresh: true,
    response: z.strictObject({ secret: z.string(), uri: z.string() }),
    errors: ['invalid_member_state'],
    secret: true,
  },
  confirmTwoFactor: {
    method: 'POST',
    path: '/account/v1/profile/two-factor/confirmations',
    summary: 'Turn two-factor on with a first code; shows the recovery codes once',
    access: 'session',
    fresh: true,
    body: z.strictObject({ code: secondFactor }),
    response: recoveryCodes,
    errors: ['invalid_code', 'invalid_member_state'],
    secret: true,
  },
  disableTwoFactor: {
    method: 'DELETE',
    path: '/account/v1/profile/two-factor',
    summary: 'Turn two-factor off',
    access: 'session',
    fresh: true,
    errors: [],
  },
  renewRecoveryCodes: {
    method: 'POST',
    path: '/account/v1/profile/recovery-codes',
    summary: 'Make new recovery codes; the old ones end',
    access: 'session',
    fresh: true,
    response: recoveryCodes,
    errors: ['invalid_member_state'],
    secret: true,
  },
} as const satisfies Record<string, AccountRoute>;
