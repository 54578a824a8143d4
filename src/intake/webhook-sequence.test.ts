import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxRecords } from '../../contract/import-limits.ts';
import { createWebhookClock, sequenceHalves, unreservedSteps } from './webhook-sequence.ts';

function sequenceOf(step: number, index: number): bigint {
  const halves = { low: 0, high: 0 };
  sequenceHalves(step, index, halves);
  return (BigInt(halves.high) << 32n) | BigInt(halves.low >>> 0);
}

describe('the sequences of webhooks', () => {
  it('rise from record to record and from request to request, also where the clock stands still or goes back', async () => {
    const time = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ time, records: fc.integer({ min: 1, max: maxRecords }) }), { minLength: 2 }),
        async (requests) => {
          const clock = createWebhookClock(unreservedSteps);
          let last = -1n;
          for (const { time: at, records } of requests) {
            const step = await clock.next(at);
            const [first, end] = [sequenceOf(step, 0), sequenceOf(step, records - 1)];
            expect(first).toBeGreaterThan(last);
            expect(end - first).toBe(BigInt(records - 1));
            expect(end).toBeLessThan(2n ** 63n);
            last = end;
          }
        },
      ),
      { seed: 1 },
    );
  });

  it('begin anew with the time of day, so that a restart does not bring them back', async () => {
    const now = Date.UTC(2026, 10, 21);
    const [before, after] = [createWebhookClock(unreservedSteps), createWebhookClock(unreservedSteps)];
    const steps = [];
    for (let count = 0; count < 50; count += 1) steps.push(await before.next(now));
    expect(await after.next(now + 1)).toBeGreaterThan(steps.at(-1) ?? Infinity);
  });

  it('go on above those of before a restart, wherever the clock was set to', async () => {
    const times = fc.array(fc.integer({ min: 0, max: Date.UTC(2100, 0) }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(times, { minLength: 2, maxLength: 6 }), async (lives) => {
        let kept = 0;
        let last = 0;
        for (const life of lives) {
          const clock = createWebhookClock({ highest: kept, reserve: async (highest) => void (kept = highest) });
          for (const step of await Promise.all(life.map((at) => clock.next(at)))) {
            expect(step).toBeGreaterThan(last);
            expect(step).toBeLessThanOrEqual(kept);
            last = step;
          }
        }
      }),
      { seed: 2 },
    );
  });

  it('are given only when they are reserved, once for many requests', async () => {
    const reservations: number[] = [];
    let fails = true;
    const clock = createWebhookClock({
      highest: 0,
      async reserve(highest) {
        if (fails) throw new Error('disk full');
        reservations.push(highest);
      },
    });
    await expect(clock.next(1000)).rejects.toMatchObject({ name: 'BufferUnavailableError' });
    fails = false;
    await Promise.all(Array.from({ length: 1000 }, (_none, ms) => clock.next(1000 + ms)));
    expect(reservations).toHaveLength(1);
    await clock.next(200_000);
    expect(reservations).toHaveLength(2);
  });
});
