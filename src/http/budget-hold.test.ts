import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHold } from './budget-hold.ts';
import { createByteBudget } from './byte-budget.ts';

describe('what bodies hold of the budget', () => {
  it('lets every body grow to the limit in the end, however many began at once, within the total', async () => {
    const maxBodyBytes = 20;
    const totalBytes = 96;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 3, max: maxBodyBytes }), { minLength: 1, maxLength: 60 }), async (firstShares) => {
        const budget = createByteBudget({ totalBytes, waitMs: 60_000, maxBodyBytes, smallBodyBytes: 2 });
        let mostTaken = 0;
        const readBody = async (firstBytes: number): Promise<void> => {
          const hold = createHold(budget);
          await hold.grow(firstBytes);
          await Promise.resolve();
          await hold.grow(maxBodyBytes);
          mostTaken = Math.max(mostTaken, budget.takenBytes);
          await Promise.resolve();
          hold.trim(firstBytes);
          hold.release();
        };
        await Promise.all(firstShares.map(readBody));
        expect(mostTaken).toBeLessThanOrEqual(totalBytes);
        expect(budget).toMatchObject({ takenBytes: 0, waiting: 0 });
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it('counts a small body that grows among the large ones from then on', async () => {
    const budget = createByteBudget({ totalBytes: 96, waitMs: 60_000, maxBodyBytes: 20, smallBodyBytes: 4 });
    const hold = createHold(budget);
    expect(hold.grow(4)).toBeUndefined();
    expect(budget.small.takenBytes).toBe(4);
    budget.large.add(88);
    const growing = hold.grow(20);
    expect([budget.small.takenBytes, budget.large.takenBytes]).toEqual([0, 92]);
    budget.large.release(88);
    await growing;
    expect([hold.bytes(), budget.large.takenBytes]).toEqual([20, 20]);
    hold.release();
    expect(budget.takenBytes).toBe(0);
  });

  it('gives back what arrives after the body was given up', async () => {
    const budget = createByteBudget({ totalBytes: 96, waitMs: 60_000, maxBodyBytes: 20, smallBodyBytes: 4 });
    budget.large.add(88);
    const hold = createHold(budget);
    const waiting = hold.grow(20);
    hold.release();
    budget.large.release(88);
    await waiting;
    expect(budget.takenBytes).toBe(0);
  });
});
