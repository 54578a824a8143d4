/** Who acts in this window: the session an ephemeral token begins, or the one the browser has. */
import { useEffect, useRef, useState } from 'react';
import type { AccountReply } from '../../../client/account-api.ts';
import { AccountApiError } from '../../../client/account-api.ts';
import { actAsDelegated, call } from '../../api/client.ts';
import type { OpenedBy } from './use-opener.ts';

type Session = AccountReply<'getSession'>;

export type Entry =
  | { readonly state: 'waiting' }
  | { readonly state: 'in'; readonly session: Session }
  /** Nobody is signed in, and no token was sent. */
  | { readonly state: 'out' }
  | { readonly state: 'refused' }
  | { readonly state: 'failed'; readonly error: unknown };

/** The session this window began and the token it used up, worth nothing to anybody by then; after a reload the opener sends it again. */
const begunPlace = 'thimble-begun-by-ephemeral-token';

/** Lets the member in once; `errorUpgradingEphemeralToken` goes to the opener where its token is refused. */
export function useEntry(opened: OpenedBy | undefined): Entry {
  const [entry, setEntry] = useState<Entry>({ state: 'waiting' });
  const hasBegun = useRef(false);
  useEffect(() => {
    if (opened === undefined || hasBegun.current) return;
    hasBegun.current = true;
    void enter(opened).then(setEntry);
  }, [opened]);
  return entry;
}

async function enter({ context, tell }: OpenedBy): Promise<Entry> {
  const { ephemeralToken: token } = context;
  if (token !== undefined) actAsDelegated();
  try {
    return { state: 'in', session: await (token === undefined ? call('getSession', {}) : upgrade(token)) };
  } catch (error) {
    if (token !== undefined) {
      tell('errorUpgradingEphemeralToken');
      return { state: 'refused' };
    }
    return error instanceof AccountApiError && error.status === 401 ? { state: 'out' } : { state: 'failed', error };
  }
}

async function upgrade(token: string): Promise<Session> {
  const [begunId, usedToken] = (sessionStorage.getItem(begunPlace) ?? '').split(' ');
  if (usedToken === token) {
    actAsDelegated(Number(begunId));
    return call('getSession', {});
  }
  const begun = await call('beginEphemeralSession', { body: { ephemeral_token: token } });
  const { id } = begun.session;
  actAsDelegated(id);
  sessionStorage.setItem(begunPlace, `${id} ${token}`);
  return begun;
}
