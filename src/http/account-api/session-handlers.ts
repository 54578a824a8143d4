/** How people get in and out. */
import type { sessionRoutes, CurrentSession } from '../../../contract/account-api/session.ts';
import type { BegunSession } from '../../domain/session/begin.ts';
import { beginEphemeralSession } from '../../domain/session/begin-ephemeral.ts';
import { endOtherSessions, endSession } from '../../domain/session/end.ts';
import { listSessions } from '../../domain/session/list.ts';
import { reauthenticate } from '../../domain/session/reauthenticate.ts';
import { requestPasswordReset, resetPassword } from '../../domain/session/reset-password.ts';
import { needsSetup, setUp } from '../../domain/session/set-up.ts';
import { signIn } from '../../domain/session/sign-in.ts';
import { requestSignUp, signUp } from '../../domain/session/sign-up.ts';
import type { AccountHandlers, SessionCookie, VisitorSession } from './options.ts';
import { presentCurrentSession, presentListedSession } from './present-people.ts';

export const sessionHandlers: AccountHandlers<keyof typeof sessionRoutes> = {
  getEntrance: async ({ ctx }) => ({
    needs_setup: await needsSetup(ctx),
    sign_up: ctx.people.signUp,
    sends_mail: ctx.people.sendsMail,
  }),
  setUp: async ({ ctx }, { body, cookie }) => begin({ ctx }, cookie, await setUp(ctx, body, cookie.sent)),
  requestSignUp: ({ ctx }, { body }) => requestSignUp(ctx, body.email, body.continue_to),
  signUp: async ({ ctx }, { body, cookie }) => begin({ ctx }, cookie, await signUp(ctx, body, cookie.sent)),
  signIn: async ({ ctx }, { body, cookie }) => begin({ ctx }, cookie, await signIn(ctx, body, cookie.sent)),
  beginEphemeralSession: async ({ ctx }, { body, delegatedCookie }) =>
    begin({ ctx }, delegatedCookie, await beginEphemeralSession(ctx, body.ephemeral_token, delegatedCookie.sent)),
  getSession: ({ ctx, session, member }) => presentCurrentSession(ctx, { session, member }),
  signOut: async (own, { cookie }) => {
    await endSession(own.ctx, own, own.session.id);
    cookie.clear();
  },
  reauthenticate: async ({ ctx, session, member }, { body }) =>
    presentCurrentSession(ctx, { session: await reauthenticate(ctx, { session, member }, body), member }),
  listSessions: async ({ ctx, memberId, session }) =>
    (await listSessions(ctx, memberId)).map((listed) => presentListedSession(listed, session.id)),
  endSession: async (own, { params, cookie }) => {
    await endSession(own.ctx, own, params.session_id);
    if (params.session_id === own.session.id) cookie.clear();
  },
  endOtherSessions: (own) => endOtherSessions(own.ctx, own, own.session.id),
  requestPasswordReset: ({ ctx }, { body }) => requestPasswordReset(ctx, body.email),
  resetPassword: ({ ctx }, { body }) => resetPassword(ctx, body),
};

/** Hands a new session to the browser. */
export function begin({ ctx }: VisitorSession, cookie: SessionCookie, begun: BegunSession): Promise<CurrentSession> {
  cookie.set(begun.secret, begun.session.expires_at);
  return presentCurrentSession(ctx, begun);
}
