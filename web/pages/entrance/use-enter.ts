import { useLocation } from 'react-router';
import { paths } from '../../paths.ts';

/**
 * Goes into the app once a session has begun, to the page that asked for it. The page is loaded anew: nothing stays of what was
 * typed, of what another member read in this tab, and of a link, whose address the browser would list among what it loaded.
 */
export function useEnter(): () => void {
  const { state } = useLocation() as { state: { from?: unknown } | null };
  return () => location.replace(toOwnPath(state?.from));
}

/** Only a path of this app; `//host` and `/\host` would lead elsewhere. */
export function toOwnPath(from: unknown): string {
  return typeof from === 'string' && /^\/(?![/\\])/.test(from) && !from.startsWith('/session/') ? from : paths.home();
}
