/** When something that failed may be tried again. */
export interface BackOff {
  /** Notes a failure; returns the wait in milliseconds. */
  fail(key: string, now: number): number;
  /** Holds a key for a fixed time. */
  hold(key: string, until: number): void;
  /** Forgets one failure. */
  succeed(key: string): void;
  /** Forgets every failure. */
  forget(key: string): void;
  /** Failures not made up for by a success. */
  failures(key: string): number;
  /** Milliseconds since the epoch; 0 when nothing is held back. */
  retryAt(key: string): number;
  /** Whether there is nothing to hold back. */
  isIdle(): boolean;
  /** Lets a key be tried at once; failures stay counted. */
  release(key: string): void;
}

/** Exponential back-off per key, from `leastMs` doubling to `mostMs`. */
export function createBackOff({ leastMs, mostMs }: { leastMs: number; mostMs: number }): BackOff {
  const held = new Map<string, { failures: number; retryAt: number }>();
  return {
    fail(key, now) {
      const failures = (held.get(key)?.failures ?? 0) + 1;
      const waitMs = Math.min(mostMs, leastMs * 2 ** (failures - 1));
      held.set(key, { failures, retryAt: now + waitMs });
      return waitMs;
    },
    hold: (key, until) => void held.set(key, { failures: held.get(key)?.failures ?? 0, retryAt: until }),
    succeed(key) {
      const failures = (held.get(key)?.failures ?? 0) - 1;
      if (failures > 0) held.set(key, { failures, retryAt: 0 });
      else held.delete(key);
    },
    forget: (key) => void held.delete(key),
    failures: (key) => held.get(key)?.failures ?? 0,
    retryAt: (key) => held.get(key)?.retryAt ?? 0,
    isIdle: () => held.size === 0,
    release(key) {
      const entry = held.get(key);
      if (entry !== undefined) entry.retryAt = 0;
    },
  };
}
