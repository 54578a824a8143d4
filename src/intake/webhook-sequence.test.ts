import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxRecords } from '../../contract/import-limits.ts';
import { createWebhookClock, sequenceHalves } from './webhook-sequence.ts';

function sequenceOf(step: number, index: number): bigint {
  const halves = { low: 0, high: 0 };
  sequenceHalves(step, index, halves);
  return (BigInt(halves.high) << 32n) | BigInt(halves.low >>> 0);
}

describe('the sequences of webhooks', () => {
  it('rise from record to record and from request to request, also where the clock stands still or goes back', () => {
    const time = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
    fc.assert(
      fc.property(fc.array(fc.record({ time, records: fc.integer({ min: 1, max: maxRecords }) }), { minLength: 2 }), (requests) => {
        const clock = createWebhookClock();
        let last = -1n;
        for (const { time: at, records } of requests) {
          const step = clock.next(at);
          const [first, end] = [sequenceOf(step, 0), sequenceOf(step, records - 1)];
          expect(first).toBeGreaterThan(last);
          expect(end - first).toBe(BigInt(records - 1));
          expect(end).toBeLessThan(2n ** 63n);
          last = end;
        }
      }),
      { seed: 1 },
    );
  });

  it('begin anew with the time of day, so that a restart does not bring them back', () => {
    const now = Date.UTC(2026, 10, 21);
    const [before, after] = [createWebhookClock(), createWebhookClock()];
    const step = Array.from({ length: 50 }, () => before.next(now)).at(-1);
    expect(after.next(now + 1)).toBeGreaterThan(step ?? Infinity);
  });
});
