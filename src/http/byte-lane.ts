/** The budget stayed used up for the whole waiting time. Nothing was taken. */
export class BudgetTimeoutError extends Error {
  override readonly name = 'BudgetTimeoutError';
}

/** `growth`: who asks has a share already and needs more to go on; it is served before newcomers, who could otherwise starve it. */
export type Demand = 'newcomer' | 'growth';

/** A bound on the bytes of bodies that wait for each other. */
export interface ByteLane {
  /** Takes at once, or returns false and takes nothing. Never overtakes those who wait for the same. */
  tryTake(bytes: number, demand: Demand): boolean;
  /** Takes when there is room, in order of asking; rejects with `BudgetTimeoutError` after the waiting time. */
  take(bytes: number, demand: Demand): Promise<void>;
  /** Counts what is held already, whatever the room. */
  add(bytes: number): void;
  release(bytes: number): void;
  readonly takenBytes: number;
  readonly waiting: number;
}

interface Waiter {
  readonly bytes: number;
  readonly grant: () => void;
}

/**
 * Creates a lane of `totalBytes`, waited for at most `waitMs`. `growthBytes` of it are kept for growth: one of those who hold a share can
 * always grow by that much, so that they never all wait for each other. A newcomer beyond the rest is granted only when nothing is taken.
 */
export function createByteLane(options: { totalBytes: number; growthBytes: number; waitMs: number }): ByteLane {
  const { totalBytes, growthBytes, waitMs } = options;
  const newcomerBytes = Math.max(0, totalBytes - growthBytes);
  const waiters: Record<Demand, Set<Waiter>> = { growth: new Set(), newcomer: new Set() };
  let taken = 0;

  function fits(bytes: number, demand: Demand): boolean {
    if (demand === 'newcomer') return taken === 0 || taken + bytes <= newcomerBytes;
    return taken <= newcomerBytes || taken + bytes <= totalBytes;
  }

  function tryTake(bytes: number, demand: Demand): boolean {
    if (waiters.growth.size > 0 || (demand === 'newcomer' && waiters.newcomer.size > 0) || !fits(bytes, demand)) return false;
    taken += bytes;
    return true;
  }

  function grantNext(): void {
    for (const demand of ['growth', 'newcomer'] as const) {
      for (const waiter of waiters[demand]) {
        if (!fits(waiter.bytes, demand)) return;
        taken += waiter.bytes;
        waiters[demand].delete(waiter);
        waiter.grant();
      }
    }
  }

  function take(bytes: number, demand: Demand): Promise<void> {
    if (tryTake(bytes, demand)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiters[demand].delete(waiter);
        reject(new BudgetTimeoutError('Too many request bodies are being read at the moment.'));
        grantNext();
      }, waitMs);
      const waiter: Waiter = {
        bytes,
        grant: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      waiters[demand].add(waiter);
    });
  }

  return {
    tryTake,
    take,
    add: (bytes) => void (taken += bytes),
    release(bytes) {
      taken -= bytes;
      if (waiters.growth.size > 0 || waiters.newcomer.size > 0) grantNext();
    },
    get takenBytes() {
      return taken;
    },
    get waiting() {
      return waiters.growth.size + waiters.newcomer.size;
    },
  };
}
