import { BufferUnavailableError } from '../buffer/errors.ts';
import type { Int64Halves } from './json/numbers.ts';

/** Steps of the clock in a millisecond: more requests than that a millisecond let it run ahead. */
const stepsPerMs = 64;
/** Sequences of one step, at least as many as a request has records. */
const recordsPerStep = 2 ** 15;
const highStep = 2 ** 32 / recordsPerStep;
/** How far ahead steps are reserved. */
const reservedMs = 60_000;

/** Orders requests: each step is greater than every one before, also than those before a restart. */
export interface WebhookClock {
  /** The step of a request received at this time, in milliseconds since the epoch. Throws `BufferUnavailableError`. */
  next(receivedAt: number): Promise<number>;
}

/** Where it is kept which steps may have been given. */
export interface StepReserve {
  /** No step above it was ever given. */
  readonly highest: number;
  /** Resolves when it is durable that steps up to this one may have been given. */
  reserve(highest: number): Promise<void>;
}

/** Webhooks bring no sequence: the order of arrival is theirs. No step is given that is not reserved, so that a clock set back changes no order. */
export function createWebhookClock(steps: StepReserve): WebhookClock {
  let last = steps.highest;
  let reserved = steps.highest;
  let reserving: Promise<void> | undefined;

  async function reserveFrom(step: number): Promise<void> {
    const upTo = step + reservedMs * stepsPerMs;
    try {
      await steps.reserve(upTo);
    } catch (cause) {
      throw new BufferUnavailableError('The order of webhooks cannot be kept at the moment.', { cause });
    }
    reserved = upTo;
  }

  return {
    async next(receivedAt) {
      const step = Math.max(last + 1, receivedAt * stepsPerMs);
      last = step;
      while (step > reserved) {
        reserving ??= reserveFrom(last).finally(() => (reserving = undefined));
        await reserving;
      }
      return step;
    },
  };
}

/** Steps of a process that begins anew with the time of day. */
export const unreservedSteps: StepReserve = { highest: 0, reserve: async () => undefined };

/** Puts the 64-bit sequence of a request's record into `halves`. */
export function sequenceHalves(step: number, index: number, halves: Int64Halves): void {
  halves.low = ((step % highStep) * recordsPerStep + index) | 0;
  halves.high = Math.floor(step / highStep);
}
