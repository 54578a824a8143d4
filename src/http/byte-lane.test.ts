import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetTimeoutError, createByteLane } from './byte-lane.ts';

describe('byte lane', () => {
  it('takes at once while there is room', () => {
    const lane = createByteLane({ totalBytes: 10, growthBytes: 0, waitMs: 1000 });
    expect(lane.tryTake(6, 'newcomer')).toBe(true);
    expect(lane.tryTake(5, 'newcomer')).toBe(false);
    expect(lane.takenBytes).toBe(6);
    lane.release(6);
    expect(lane.takenBytes).toBe(0);
  });

  it('serves those who wait in order, and lets nobody overtake them', async () => {
    const lane = createByteLane({ totalBytes: 10, growthBytes: 0, waitMs: 60_000 });
    await lane.take(10, 'newcomer');
    const order: string[] = [];
    const large = lane.take(8, 'newcomer').then(() => order.push('large'));
    const small = lane.take(1, 'newcomer').then(() => order.push('small'));
    lane.release(3);
    expect(lane.tryTake(1, 'newcomer')).toBe(false);
    expect(lane.waiting).toBe(2);
    lane.release(7);
    await Promise.all([large, small]);
    expect(order).toEqual(['large', 'small']);
    expect(lane.takenBytes).toBe(9);
  });

  it('rejects who waited too long, takes nothing for them, and serves the next', async () => {
    const lane = createByteLane({ totalBytes: 10, growthBytes: 0, waitMs: 30 });
    await lane.take(6, 'newcomer');
    await expect(Promise.all([lane.take(9, 'newcomer'), lane.take(20, 'newcomer')])).rejects.toThrow(BudgetTimeoutError);
    await expect.poll(() => lane.waiting).toBe(0);
    expect(lane.takenBytes).toBe(6);
    await lane.take(4, 'newcomer');
    expect(lane.takenBytes).toBe(10);
  });

  it('grants more than the total to one alone', async () => {
    const lane = createByteLane({ totalBytes: 10, growthBytes: 0, waitMs: 1000 });
    await lane.take(25, 'newcomer');
    expect(lane.tryTake(1, 'newcomer')).toBe(false);
    lane.release(25);
    expect(lane.tryTake(1, 'newcomer')).toBe(true);
  });

  it('keeps a part for those who grow, and serves them before newcomers', async () => {
    const lane = createByteLane({ totalBytes: 10, growthBytes: 4, waitMs: 60_000 });
    expect(lane.tryTake(6, 'newcomer')).toBe(true);
    expect(lane.tryTake(1, 'newcomer')).toBe(false);
    expect(lane.tryTake(4, 'growth')).toBe(true);
    const order: string[] = [];
    const newcomer = lane.take(2, 'newcomer').then(() => order.push('newcomer'));
    const grower = lane.take(2, 'growth').then(() => order.push('grower'));
    lane.release(1);
    expect(lane.waiting).toBe(2);
    lane.release(3);
    await grower;
    lane.release(4);
    await newcomer;
    expect(order).toEqual(['grower', 'newcomer']);
    expect(lane.takenBytes).toBe(6);
  });

  it('never has more taken than its total, and everything back in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 60 }), async (sizes) => {
        const lane = createByteLane({ totalBytes: 10, growthBytes: 0, waitMs: 60_000 });
        let mostTaken = 0;
        await Promise.all(
          sizes.map(async (size) => {
            await lane.take(size, 'newcomer');
            mostTaken = Math.max(mostTaken, lane.takenBytes);
            await Promise.resolve();
            lane.release(size);
          }),
        );
        expect(mostTaken).toBeLessThanOrEqual(10);
        expect(lane.takenBytes).toBe(0);
        expect(lane.waiting).toBe(0);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
