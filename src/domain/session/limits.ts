/** How often what may be tried; waits grow from one second (ADR 23). */
import { addressKey, type AttemptLimit } from '../../access/attempts.ts';
import type { PeopleContext } from '../people.ts';

const minuteMs = 60_000;

/**
 * Somebody signs in: mild for the account alone, and not counted there where its owner has a session from that address already, so that
 * nobody can lock its owner out.
 */
export function signInLimits(ctx: PeopleContext, email: string, { isKnownPlace }: { isKnownPlace: boolean }): readonly AttemptLimit[] {
  const own = fromOneAddress(ctx, email);
  return isKnownPlace ? own : [...own, { key: `password/of/${email}`, free: 20, maxDelayMs: 10_000 }];
}

/** Somebody signed in proves the password: counted apart from what strangers try. */
export function proofLimits(ctx: PeopleContext, { id, email }: { id: number; email: string }): readonly AttemptLimit[] {
  return [...fromOneAddress(ctx, email), { key: `proof/${id}`, free: 20, maxDelayMs: 10_000 }];
}

function fromOneAddress(ctx: PeopleContext, email: string): AttemptLimit[] {
  const address = addressOf(ctx);
  return [
    { key: `password/${email}/${address}`, free: 5, maxDelayMs: 15 * minuteMs },
    { key: `password/from/${address}`, free: 30, maxDelayMs: 15 * minuteMs },
  ];
}

/** Whether one of the sessions came from where this request comes from. */
export function isFromSamePlace(ctx: PeopleContext, sessions: readonly { readonly address: string }[]): boolean {
  const own = addressOf(ctx);
  return sessions.some(({ address }) => addressKey(address) === own);
}

/** A code of six digits: whoever gets so far has the password, so waits are long for the member as well. */
export function codeLimits(ctx: PeopleContext, memberId: number): readonly AttemptLimit[] {
  return [
    { key: `code/${memberId}/${addressOf(ctx)}`, free: 5, maxDelayMs: 15 * minuteMs },
    { key: `code/${memberId}`, free: 10, maxDelayMs: 5 * minuteMs },
  ];
}

/** Mail to an address somebody typed; what is asked for one purpose keeps nobody from another. */
export function mailLimits(ctx: PeopleContext, email: string, purpose: 'password' | 'email_change' | 'sign_up'): readonly AttemptLimit[] {
  return [
    { key: `mail/from/${addressOf(ctx)}`, free: 10, maxDelayMs: 15 * minuteMs },
    { key: `mail/to/${purpose}/${email}`, free: 5, maxDelayMs: 15 * minuteMs },
  ];
}

/** A partner failed to prove who it is; with its secret, which cannot be guessed, it may do so as often as it likes. */
export function partnerLimits(ctx: Pick<PeopleContext, 'address'>): readonly AttemptLimit[] {
  return [{ key: `partner/from/${addressOf(ctx)}`, free: 30, maxDelayMs: 5 * minuteMs }];
}

/** Secrets of links, which cannot be guessed: against hashing and reading without end. */
export function linkLimits(ctx: PeopleContext): readonly AttemptLimit[] {
  return [{ key: `link/from/${addressOf(ctx)}`, free: 40, maxDelayMs: 5 * minuteMs }];
}

/** Ephemeral tokens, which cannot be guessed either. */
export function ephemeralLimits(ctx: PeopleContext): readonly AttemptLimit[] {
  return [{ key: `ephemeral/from/${addressOf(ctx)}`, free: 40, maxDelayMs: 5 * minuteMs }];
}

function addressOf(ctx: Pick<PeopleContext, 'address'>): string {
  return addressKey(ctx.address ?? 'nowhere');
}
