/** How long a session lasts (web-app.md §13, 20: ours to choose; ADR 23). */
import type { SessionRow } from '../../store/queries/session.ts';

/** Without a request for so long it ends. */
const idleMs = 12 * 3_600_000;
/** It ends then whatever happens. */
export const sessionMs = 30 * 86_400_000;
/** One begun with an ephemeral token ends then (web-app.md §7.3). */
export const ephemeralSessionMs = 12 * 3_600_000;
/** Sensitive acts need the password not longer ago. */
const freshMs = 15 * 60_000;

/** Whether a session still stands for its member. */
export function isLive(session: Pick<SessionRow, 'last_seen_at' | 'expires_at'>, now: number): boolean {
  return now < session.expires_at && now < session.last_seen_at + idleMs;
}

/** Until when sensitive acts need no password. */
export function freshUntil(session: Pick<SessionRow, 'proved_at'>): number {
  return session.proved_at + freshMs;
}
