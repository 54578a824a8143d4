import type { Destination } from '../../../contract/account-api/destinations.ts';

/** One or two words on how a destination is. */
export function destinationState({ configured, paused, check }: Pick<Destination, 'configured' | 'paused' | 'check'>): string {
  if (!configured) return 'Not Configured';
  if (check !== null && check.completed_at === null) return 'Being checked';
  if (check !== null && check.error !== null) return 'Not reachable';
  return paused ? 'Paused' : 'Active';
}
