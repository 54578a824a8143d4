/** How often what may be tried; waits grow from one second (ADR 23). */
import { addressKey, type AttemptLimit } from '../../access/attempts.ts';
import type { PeopleContext } from '../people.ts';

const minuteMs = 60_000;

/** Somebody proves a password: mild for the account alone, so that nobody can lock its owner out. */
export function passwordLimits(ctx: PeopleContext, email: string): readonly AttemptLimit[] {
  const address = addressOf(ctx);
  return [
    { key: `password/${email}/${address}`, free: 5, maxDelayMs: 15 * minuteMs },
    { key: `password/from/${address}`, free: 30, maxDelayMs: 15 * minuteMs },
    { key: `password/of/${email}`, free: 20, maxDelayMs: 10_000 },
  ];
}

/** A code of six digits: whoever gets so far has the password, so waits are long for the member as well. */
export function codeLimits(ctx: PeopleContext, memberId: number): readonly AttemptLimit[] {
  return [
    { key: `code/${memberId}/${addressOf(ctx)}`, free: 5, maxDelayMs: 15 * minuteMs },
    { key: `code/${memberId}`, free: 10, maxDelayMs: 5 * minuteMs },
  ];
}

/** Mail to an address somebody typed. */
export function mailLimits(ctx: PeopleContext, email: string): readonly AttemptLimit[] {
  return [
    { key: `mail/from/${addressOf(ctx)}`, free: 10, maxDelayMs: 15 * minuteMs },
    { key: `mail/to/${email}`, free: 5, maxDelayMs: 15 * minuteMs },
  ];
}

/** Secrets of links, which cannot be guessed: against hashing and reading without end. */
export function linkLimits(ctx: PeopleContext): readonly AttemptLimit[] {
  return [{ key: `link/from/${addressOf(ctx)}`, free: 40, maxDelayMs: 5 * minuteMs }];
}

function addressOf(ctx: PeopleContext): string {
  return addressKey(ctx.address ?? 'nowhere');
}
