import type { Destination } from '../../../contract/account-api/destinations.ts';

/** One or two words on how a destination is. */
export function destinationState({
  configured,
  paused,
  held,
  check,
}: Pick<Destination, 'configured' | 'paused' | 'held' | 'check'>): string {
  if (!configured) return 'Not Configured';
  if (held !== null) return 'On hold';
  if (check !== null && check.completed_at === null) return 'Being checked';
  if (check !== null && check.error !== null) return 'Not reachable';
  return paused ? 'Paused' : 'Active';
}
