import type { ByteBudget } from './byte-budget.ts';

/** What one body has taken from the budget. */
export interface Hold {
  readonly bytes: number;
  /** Raises the hold to `bytes`. Undefined: done at once. */
  grow(bytes: number): Promise<void> | undefined;
  /** Gives back what exceeds `bytes`. */
  trim(bytes: number): void;
  /** Gives back everything, also what a pending `grow` still receives. Further calls do nothing. */
  readonly release: () => void;
}

export function createHold(budget: ByteBudget): Hold {
  let held = 0;
  let released = false;

  async function wait(more: number): Promise<void> {
    await budget.take(more);
    if (released) budget.release(more);
    else held += more;
  }

  function trim(bytes: number): void {
    if (held <= bytes) return;
    budget.release(held - bytes);
    held = bytes;
  }

  return {
    get bytes() {
      return held;
    },
    grow: (bytes) => {
      const more = bytes - held;
      if (more <= 0) return undefined;
      if (!budget.tryTake(more)) return wait(more);
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
