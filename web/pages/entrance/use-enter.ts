import { useState } from 'react';
import { useLocation } from 'react-router';
import { toOwnPath } from './own-path.ts';

/** The page that sent people to the entrance, from the history or, where a mail came between, from the address. Read once: links clear the address. */
export function useOrigin(): string {
  const { state, search } = useLocation() as { state: { from?: unknown } | null; search: string };
  const [origin] = useState(() => toOwnPath(state?.from ?? new URLSearchParams(search).get('continue')));
  return origin;
}

/**
 * Goes into the app once a session has begun, to the page that asked for it. The page is loaded anew: nothing stays of what was
 * typed, of what another member read in this tab, and of a link, whose address the browser would list among what it loaded.
 */
export function useEnter(): () => void {
  const origin = useOrigin();
  return () => location.replace(origin);
}
