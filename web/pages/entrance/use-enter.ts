import { useLocation, useNavigate } from 'react-router';
import { queryClient } from '../../api/query-client.ts';
import { read } from '../../api/query.ts';
import { paths } from '../../paths.ts';
import type { Session } from '../../shell/session.tsx';

/** Goes into the app with a session that has just begun, back to the page that asked for it. */
export function useEnter(): (session: Session) => Promise<void> {
  const navigate = useNavigate();
  const { state } = useLocation() as { state: { from?: unknown } | null };
  return async (session) => {
    // What another member read in this tab is not for this one.
    queryClient.clear();
    queryClient.setQueryData(read('getSession', {}).queryKey, session);
    await navigate(toOwnPath(state?.from), { replace: true });
  };
}

/** Only a path of this app; `//host` and `/\host` would lead elsewhere. */
export function toOwnPath(from: unknown): string {
  return typeof from === 'string' && /^\/(?![/\\])/.test(from) && !from.startsWith('/session/') ? from : paths.home();
}
