import type { Int64Halves } from './json/numbers.ts';

/** Steps of the clock in a millisecond: more requests than that a millisecond let it run ahead. */
const stepsPerMs = 64;
/** Sequences of one step, at least as many as a request has records. */
const recordsPerStep = 2 ** 15;
const highStep = 2 ** 32 / recordsPerStep;

/** Orders requests: each step is greater than every one before. */
export interface WebhookClock {
  /** The step of a request received at this time, in milliseconds since the epoch. */
  next(receivedAt: number): number;
}

/** Webhooks bring no sequence: the order of arrival is theirs. */
export function createWebhookClock(): WebhookClock {
  let last = 0;
  return {
    next(receivedAt) {
      last = Math.max(last + 1, receivedAt * stepsPerMs);
      return last;
    },
  };
}

/** Puts the 64-bit sequence of a request's record into `halves`. */
export function sequenceHalves(step: number, index: number, halves: Int64Halves): void {
  halves.low = ((step % highStep) * recordsPerStep + index) | 0;
  halves.high = Math.floor(step / highStep);
}
