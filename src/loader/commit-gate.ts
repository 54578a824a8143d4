import { DestinationHeldError } from '../sinks/errors.ts';

const open = 0;
const committing = 1;
const shut = 2;

/** Decides, between two threads, whether a load may still commit. */
export interface CommitGate {
  /** For the thread that loads. */
  readonly shared: SharedArrayBuffer;
  /** From now on the load rolls back, unless its COMMIT was sent before: then false. */
  shut(): boolean;
  isShut(): boolean;
}

/** The side of whoever may hold the destination. */
export function createCommitGate(): CommitGate {
  const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const state = new Int32Array(shared);
  return {
    shared,
    shut: () => Atomics.exchange(state, 0, shut) !== committing,
    isShut: () => Atomics.load(state, 0) === shut,
  };
}

/** The side of the load: throws `DestinationHeldError` once it may not commit any more; `last` is asked right before COMMIT is sent. */
export function createCommitCheck(shared: SharedArrayBuffer, heldFrom: number): { check(): void; last(): void } {
  const state = new Int32Array(shared);
  function check(): void {
    if (Atomics.load(state, 0) === shut || Date.now() >= heldFrom) throw new DestinationHeldError();
  }
  return {
    check,
    last() {
      // First, so that a load that is too late never counts as committing.
      check();
      if (Atomics.compareExchange(state, 0, open, committing) === shut) throw new DestinationHeldError();
    },
  };
}
