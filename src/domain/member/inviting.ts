import { AppError } from '../../../contract/errors.ts';
import type { AttemptLimit } from '../../access/attempts.ts';
import type { PeopleContext } from '../people.ts';

/** Throws `access_denied` where the operator lets invitations make no members, whenever they were sent. */
export function requireInviting({ people }: PeopleContext): void {
  if (people.signUp === 'closed') throw new AppError('access_denied', 'Nobody new may join here.');
}

/** Mail to whatever address an Administrator writes: not to be a way to flood somebody else's mailbox. */
export function invitationLimits({ people }: PeopleContext, email: string): readonly AttemptLimit[] {
  return people.sendsMail ? [{ key: `invitation/to/${email}`, free: 5, maxDelayMs: 15 * 60_000 }] : [];
}
