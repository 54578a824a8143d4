import { countRecoveryCodes as count } from '../../store/queries/people.ts';
import type { DomainContext } from '../context.ts';

/** How many recovery codes a member has left. */
export function countRecoveryCodes({ store }: Pick<DomainContext, 'store'>, memberId: number): Promise<number> {
  return count(store.read, memberId);
}
