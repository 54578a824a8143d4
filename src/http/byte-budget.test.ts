import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetTimeoutError, createByteBudget } from './byte-budget.ts';

describe('byte budget', () => {
  it('takes at once while there is room', () => {
    const budget = createByteBudget({ totalBytes: 10, waitMs: 1000 });
    expect(budget.tryTake(6)).toBe(true);
    expect(budget.tryTake(5)).toBe(false);
    expect(budget.takenBytes).toBe(6);
    budget.release(6);
    expect(budget.takenBytes).toBe(0);
  });

  it('serves those who wait in order, and lets nobody overtake them', async () => {
    const budget = createByteBudget({ totalBytes: 10, waitMs: 60_000 });
    await budget.take(10);
    const order: string[] = [];
    const large = budget.take(8).then(() => order.push('large'));
    const small = budget.take(1).then(() => order.push('small'));
    budget.release(3);
    expect(budget.tryTake(1)).toBe(false);
    expect(budget.waiting).toBe(2);
    budget.release(7);
    await Promise.all([large, small]);
    expect(order).toEqual(['large', 'small']);
    expect(budget.takenBytes).toBe(9);
  });

  it('rejects who waited too long, takes nothing for them, and serves the next', async () => {
    const budget = createByteBudget({ totalBytes: 10, waitMs: 30 });
    await budget.take(6);
    await expect(Promise.all([budget.take(9), budget.take(20)])).rejects.toThrow(BudgetTimeoutError);
    await expect.poll(() => budget.waiting).toBe(0);
    expect(budget.takenBytes).toBe(6);
    await budget.take(4);
    expect(budget.takenBytes).toBe(10);
  });

  it('grants more than the total to one alone', async () => {
    const budget = createByteBudget({ totalBytes: 10, waitMs: 1000 });
    await budget.take(25);
    expect(budget.tryTake(1)).toBe(false);
    budget.release(25);
    expect(budget.tryTake(1)).toBe(true);
  });

  it('never has more taken than its total, and everything back in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 60 }), async (sizes) => {
        const budget = createByteBudget({ totalBytes: 10, waitMs: 60_000 });
        let mostTaken = 0;
        await Promise.all(
          sizes.map(async (size) => {
            await budget.take(size);
            mostTaken = Math.max(mostTaken, budget.takenBytes);
            await Promise.resolve();
            budget.release(size);
          }),
        );
        expect(mostTaken).toBeLessThanOrEqual(10);
        expect(budget.takenBytes).toBe(0);
        expect(budget.waiting).toBe(0);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
