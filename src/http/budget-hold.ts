import type { ByteBudget } from './byte-budget.ts';
import type { ByteLane, Demand } from './byte-lane.ts';

/** What one body has taken from the budget. */
export interface Hold {
  bytes(): number;
  /** Raises the hold to `bytes`. Undefined: done at once. */
  grow(bytes: number): Promise<void> | undefined;
  /** Gives back what exceeds `bytes`. */
  trim(bytes: number): void;
  /** Gives back everything, also what a pending `grow` still receives. Further calls do nothing. */
  readonly release: () => void;
}

export function createHold(budget: ByteBudget): Hold {
  let lane: ByteLane = budget.small;
  let held = 0;
  let released = false;

  async function wait(more: number, demand: Demand): Promise<void> {
    await lane.take(more, demand);
    if (released) lane.release(more);
    else held += more;
  }

  /** From here on the body waits among the large ones, with what it holds. */
  function becomeLarge(): void {
    lane = budget.large;
    if (held === 0) return;
    lane.add(held);
    budget.small.release(held);
  }

  function trim(bytes: number): void {
    if (held <= bytes) return;
    lane.release(held - bytes);
    held = bytes;
  }

  return {
    bytes: () => held,
    grow: (bytes) => {
      const more = bytes - held;
      if (more <= 0) return undefined;
      if (bytes > budget.smallBodyBytes && lane === budget.small) becomeLarge();
      const demand = held === 0 ? 'newcomer' : 'growth';
      if (!lane.tryTake(more, demand)) return wait(more, demand);
      held = bytes;
      return undefined;
    },
    trim,
    release: () => {
      released = true;
      trim(0);
    },
  };
}
