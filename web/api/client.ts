import { AccountApiError, createAccountClient, type AccountInput, type AccountReply } from '../../client/account-api.ts';
import type { AccountRouteName } from '../../contract/account-api/routes.ts';
import { queryClient } from './query-client.ts';

/** Undefined: the own session of the browser. */
let delegated: string | undefined;

/**
 * From now on this window acts with the session an ephemeral token began, and leaves the own one of the browser alone. With its id it acts
 * with that one only: the token of another site may take its place in the browser at any time.
 */
export function actAsDelegated(sessionId?: number): void {
  delegated = sessionId === undefined ? 'delegated' : `delegated/${sessionId}`;
}

const client = createAccountClient({
  send: (target, init = {}) =>
    fetch(
      target,
      delegated === undefined
        ? init
        : { ...init, headers: { ...(init.headers as Record<string, string>), 'x-thimble-session': delegated } },
    ),
});

/** Calls a route of the Account API as the signed-in member. Throws `AccountApiError`. */
export async function call<Name extends AccountRouteName>(name: Name, input: AccountInput<Name>): Promise<AccountReply<Name>> {
  try {
    return await client.call(name, input);
  } catch (error) {
    // The session ended meanwhile: reading it again leads to sign-in (shell/session.tsx).
    if (name !== 'getSession' && error instanceof AccountApiError && error.code === 'unauthorized') {
      void queryClient.invalidateQueries({ queryKey: ['getSession'] });
    }
    throw error;
  }
}
