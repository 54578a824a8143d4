import type { Admission } from './principal.ts';

/** The change is in force, but something admitted before it has not ended in time. Waiting again is safe. */
export class NotDrainedError extends Error {
  override readonly name = 'NotDrainedError';
  /** Admissions still open. */
  readonly open: number;
  constructor(open: number) {
    super(`${open} earlier ${open === 1 ? 'request has' : 'requests have'} not ended yet.`);
    this.open = open;
  }
}

export interface Generations {
  /** Begins an effect under the current generation. */
  enter(): Admission;
  /** Begins a new generation: a change is in force from here on. */
  advance(): void;
  /** Resolves when everything entered before the last `advance` has ended; rejects NotDrainedError after the time allowed. */
  drained(): Promise<void>;
}

interface Generation {
  readonly number: number;
  open: number;
}

interface Waiter {
  readonly below: number;
  readonly resolve: () => void;
}

/** One counter per generation between a request's last check and its commit (access.md, revocation is acknowledged). */
export function createGenerations(options: { monotonicMs: () => number; admissionMs: number; drainMs: number }): Generations {
  let current: Generation = { number: 1, open: 0 };
  /** Older generations with something open, oldest first. */
  const older = new Set<Generation>();
  const waiters = new Set<Waiter>();

  function openBelow(number: number): number {
    let open = 0;
    for (const generation of older) if (generation.number < number) open += generation.open;
    return open;
  }

  function leave(generation: Generation): void {
    generation.open -= 1;
    if (generation.open > 0 || !older.delete(generation)) return;
    for (const waiter of waiters) if (openBelow(waiter.below) === 0) waiter.resolve();
  }

  return {
    enter() {
      const generation = current;
      generation.open += 1;
      let ended = false;
      return {
        deadline: options.monotonicMs() + options.admissionMs,
        done() {
          // A second call must not end somebody else's admission.
          if (!ended) leave(generation);
          ended = true;
        },
      };
    },

    advance() {
      if (current.open > 0) older.add(current);
      current = { number: current.number + 1, open: 0 };
    },

    async drained() {
      const below = current.number;
      if (openBelow(below) === 0) return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiter = { below, resolve };
      waiters.add(waiter);
      const timer = setTimeout(() => reject(new NotDrainedError(openBelow(below))), options.drainMs);
      try {
        await promise;
      } finally {
        clearTimeout(timer);
        waiters.delete(waiter);
      }
    },
  };
}
