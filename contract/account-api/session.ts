import { z } from 'zod';
import { email, givenPassword, instant, linkToken, newPassword, personName, role, secondFactor } from './common.ts';
import { accountSummary } from './account.ts';
import type { AccountRoute } from './route.ts';

/** Who is signed in, and what the app needs to draw its shell. */
const currentSession = z.strictObject({
  member: z.strictObject({
    id: z.int(),
    name: z.string(),
    email: z.string(),
    roles: z.array(role),
    notify_errors: z.boolean(),
    two_factor: z.boolean(),
  }),
  account: accountSummary,
  session: z.strictObject({
    id: z.int(),
    created_at: instant,
    expires_at: instant,
    /** Until then sensitive acts need no password. */
    fresh_until: instant,
  }),
});

/** A way in that exists before anybody is signed in. */
const entrance = z.strictObject({
  /** No account exists yet: the setup page is the only one. */
  needs_setup: z.boolean(),
  sign_up: z.enum(['invitation', 'open', 'closed']),
  /** False: no mail server; links are copied by hand. */
  sends_mail: z.boolean(),
});

const listedSession = z.strictObject({
  id: z.int(),
  current: z.boolean(),
  created_at: instant,
  last_seen_at: instant,
  address: z.string(),
  agent: z.string(),
});

export type CurrentSession = z.infer<typeof currentSession>;
export type ListedSession = z.infer<typeof listedSession>;

export const sessionRoutes = {
  getEntrance: {
    method: 'GET',
    path: '/account/v1/entrance',
    summary: 'Say which ways in are open',
    access: 'public',
    response: entrance,
    errors: [],
  },
  setUp: {
    method: 'POST',
    path: '/account/v1/setup',
    summary: 'Make the first account with the code the server printed, and sign in',
    access: 'public',
    body: z.strictObject({ code: linkToken, company: personName, name: personName, email, password: newPassword }),
    response: currentSession,
    errors: ['invalid_link', 'invalid_password', 'existing_user'],
  },
  requestSignUp: {
    method: 'POST',
    path: '/account/v1/sign-ups',
    summary: 'Ask for a link to open an account, where sign-up is open; the answer is always the same',
    access: 'public',
    body: z.strictObject({
      email,
      /** The consent page that sent the person here, as it goes on afterwards (web-app.md §7.1, step 3). */
      continue_to: z
        .string()
        .max(4000)
        .regex(/^\/oauth\/authorization\?[!-~]*$/)
        .optional(),
    }),
    errors: [],
  },
  signUp: {
    method: 'POST',
    path: '/account/v1/sign-ups/completions',
    summary: 'Open an account with the link from the mail, and sign in',
    access: 'public',
    body: z.strictObject({ token: linkToken, company: personName, name: personName, password: newPassword }),
    response: currentSession,
    errors: ['invalid_link', 'invalid_password', 'existing_user'],
  },
  signIn: {
    method: 'POST',
    path: '/account/v1/session',
    summary: 'Sign in; the reply sets the session cookie',
    access: 'public',
    body: z.strictObject({ email: z.string().trim().min(1).max(254), password: givenPassword, code: secondFactor.optional() }),
    response: currentSession,
    errors: ['invalid_sign_in', 'second_factor_required'],
  },
  beginEphemeralSession: {
    method: 'POST',
    path: '/account/v1/session/ephemeral',
    summary:
      'Sign in with an ephemeral token, in a session beside the own one of the browser that may do only what the key behind the token may',
    access: 'public',
    body: z.strictObject({ ephemeral_token: linkToken }),
    response: currentSession,
    errors: [],
  },
  getSession: {
    method: 'GET',
    path: '/account/v1/session',
    summary: 'Say who is signed in',
    access: 'session',
    delegated: true,
    response: currentSession,
    errors: [],
  },
  signOut: { method: 'DELETE', path: '/account/v1/session', summary: 'Sign out', access: 'session', delegated: true, errors: [] },
  reauthenticate: {
    method: 'POST',
    path: '/account/v1/session/reauthentication',
    summary: 'Give the password again before a sensitive act; with two-factor also a code',
    access: 'session',
    body: z.strictObject({ password: givenPassword, code: secondFactor.optional() }),
    response: currentSession,
    errors: ['wrong_password', 'second_factor_required', 'invalid_code'],
  },
  listSessions: {
    method: 'GET',
    path: '/account/v1/sessions',
    summary: 'List the sessions of the member',
    access: 'session',
    response: z.array(listedSession),
    errors: [],
  },
  endSession: {
    method: 'DELETE',
    path: '/account/v1/sessions/{session_id}',
    summary: 'End one session of the member',
    access: 'session',
    errors: ['invalid_id'],
  },
  endOtherSessions: {
    method: 'DELETE',
    path: '/account/v1/sessions',
    summary: 'End every session of the member but this one',
    access: 'session',
    errors: [],
  },
  requestPasswordReset: {
    method: 'POST',
    path: '/account/v1/password-resets',
    summary: 'Ask for a link to choose a new password; the answer is always the same',
    access: 'public',
    body: z.strictObject({ email: z.string().trim().min(1).max(254) }),
    errors: [],
  },
  resetPassword: {
    method: 'POST',
    path: '/account/v1/password-resets/completions',
    summary: 'Choose a new password with a link; ends every session of the member',
    access: 'public',
    body: z.strictObject({ token: linkToken, password: newPassword }),
    errors: ['invalid_link', 'invalid_password'],
  },
} as const satisfies Record<string, AccountRoute>;
