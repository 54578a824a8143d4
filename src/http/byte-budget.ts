/** One bound on the bytes of all request bodies between socket and buffer (docs/architecture.md, budget). */

/** The budget stayed used up for the whole waiting time. Nothing was taken. */
export class BudgetTimeoutError extends Error {
  override readonly name = 'BudgetTimeoutError';
}

export interface ByteBudget {
  /** Takes at once, or returns false and takes nothing. Never overtakes those who wait. */
  tryTake(bytes: number): boolean;
  /** Takes when there is room, in order of asking; rejects with `BudgetTimeoutError` after the waiting time. */
  take(bytes: number): Promise<void>;
  release(bytes: number): void;
  readonly takenBytes: number;
  readonly waiting: number;
}

interface Waiter {
  readonly bytes: number;
  readonly grant: () => void;
}

/** Creates a budget of `totalBytes`, waited for at most `waitMs`. A request beyond the total is granted only when nothing else is taken. */
export function createByteBudget(options: { totalBytes: number; waitMs: number }): ByteBudget {
  const { totalBytes, waitMs } = options;
  const waiters = new Set<Waiter>();
  let taken = 0;

  const fits = (bytes: number): boolean => taken + bytes <= totalBytes || taken === 0;

  function tryTake(bytes: number): boolean {
    if (waiters.size > 0 || !fits(bytes)) return false;
    taken += bytes;
    return true;
  }

  function grantNext(): void {
    for (const waiter of waiters) {
      if (!fits(waiter.bytes)) return;
      taken += waiter.bytes;
      waiters.delete(waiter);
      waiter.grant();
    }
  }

  function take(bytes: number): Promise<void> {
    if (tryTake(bytes)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiters.delete(waiter);
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
      waiters.add(waiter);
    });
  }

  function release(bytes: number): void {
    taken -= bytes;
    if (waiters.size > 0) grantNext();
  }

  return {
    tryTake,
    take,
    release,
    get takenBytes() {
      return taken;
    },
    get waiting() {
      return waiters.size;
    },
  };
}
