import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRowTable, hashId } from './row-table.ts';

describe('a row table', () => {
  it('finds what a Map finds, under any sequence of additions and removals and with hashes that collide', () => {
    const step = fc.record({ add: fc.boolean(), row: fc.integer({ min: 1, max: 300 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 800, size: 'max' }), fc.constantFrom(1, 7, 1_000), (steps, spread) => {
        const hashOf = (row: number): number => hashId(row % spread);
        const table = createRowTable(hashOf);
        const model = new Set<number>();
        for (const { add, row } of steps) {
          if (add && !model.has(row)) {
            table.add(row);
            model.add(row);
          } else if (!add) {
            table.remove(row);
            model.delete(row);
          }
        }
        for (let row = 1; row <= 300; row += 1) {
          expect(table.find(hashOf(row), (candidate) => candidate === row)).toBe(model.has(row) ? row : undefined);
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});
