import { change } from '../change.ts';
import type { PeopleContext } from '../people.ts';
import { beginSession, type BegunSession } from './begin.ts';
import { takeEphemeralToken } from './ephemeral.ts';
import { ephemeralLimits } from './limits.ts';

/**
 * Begins a session with an ephemeral token: it acts as the key that made the token, and ends with it, or after twelve hours.
 * Throws `unauthorized`, `TooManyError`.
 */
export async function beginEphemeralSession(ctx: PeopleContext, token: string, previousSecret: string | undefined): Promise<BegunSession> {
  const limits = ephemeralLimits(ctx);
  ctx.people.attempts.take(limits);
  const begun = await change(ctx, 'session:new', async (tx) => {
    const { member, key } = await takeEphemeralToken(tx, token, ctx.now());
    return beginSession(ctx, tx, member, previousSecret, key);
  });
  ctx.people.attempts.forgive(limits);
  return begun;
}
