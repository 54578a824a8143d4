/** Slows down guessing: what is tried too often waits longer and longer. In memory only; a restart forgets. */
import { TooManyError } from './too-many.ts';

export interface AttemptLimit {
  /** What is counted, such as `sign-in/192.0.2.1`; its kind comes first. */
  readonly key: string;
  /** Attempts before the first wait. */
  readonly free: number;
  /** The longest wait. */
  readonly maxDelayMs: number;
}

export interface Attempts {
  /** Counts one attempt under every limit before it is made. Throws `TooManyError` when one of them has to wait; then none is counted. */
  take(limits: readonly AttemptLimit[]): void;
  /** The attempt succeeded: takes it back, and forgets the given keys altogether. */
  forgive(limits: readonly AttemptLimit[], forget?: readonly string[]): void;
}

interface Counter {
  count: number;
  blockedUntil: number;
  lastAt: number;
}

const firstDelayMs = 1000;
const forgetAfterMs = 3_600_000;

/** Counters for at most `maxKeys` keys of each kind; the one of its kind unused longest is forgotten first. */
export function createAttempts({ now, maxKeys = 20_000 }: { now: () => number; maxKeys?: number }): Attempts {
  // What costs nothing to try, such as mail to any address, must not push out the counters of guessed codes.
  const kinds = new Map<string, Map<string, Counter>>();

  /** The counters of keys that begin like this one, such as `code/`. */
  function countersOf(key: string): Map<string, Counter> {
    const kind = key.slice(0, key.indexOf('/') + 1);
    let counters = kinds.get(kind);
    if (counters === undefined) kinds.set(kind, (counters = new Map()));
    return counters;
  }

  function find(key: string, at: number): Counter | undefined {
    const counter = countersOf(key).get(key);
    return counter !== undefined && at - Math.max(counter.lastAt, counter.blockedUntil) > forgetAfterMs ? undefined : counter;
  }

  return {
    take(limits) {
      const at = now();
      const waits = limits.map(({ key }) => (find(key, at)?.blockedUntil ?? 0) - at);
      const wait = Math.max(...waits);
      if (wait > 0) throw new TooManyError(Math.ceil(wait / 1000));
      for (const { key, free, maxDelayMs } of limits) {
        const count = (find(key, at)?.count ?? 0) + 1;
        const delayMs = count < free ? 0 : Math.min(firstDelayMs * 2 ** Math.min(count - free, 30), maxDelayMs);
        const counters = countersOf(key);
        // Re-inserted at the end: the first key is the one unused longest.
        counters.delete(key);
        counters.set(key, { count, blockedUntil: delayMs === 0 ? 0 : at + delayMs, lastAt: at });
        const [oldest] = counters.keys();
        if (counters.size > maxKeys && oldest !== undefined) counters.delete(oldest);
      }
    },
    forgive(limits, forget = []) {
      for (const { key } of limits) {
        const counter = countersOf(key).get(key);
        if (counter === undefined) continue;
        counter.count -= 1;
        counter.blockedUntil = 0;
      }
      for (const key of forget) countersOf(key).delete(key);
    },
  };
}

/** The address as limits count it: an IPv6 client owns a whole /64. */
export function addressKey(address: string): string {
  if (!address.includes(':')) return address;
  // Mapped, or with the port some proxies add.
  const mapped = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = '', tail] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...front, ...Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0'), ...back];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
