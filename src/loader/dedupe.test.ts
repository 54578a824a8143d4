import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendWords, createColumnBuffer, dropped } from './column-buffer.ts';
import { canonicalDecimal, planSurvivors } from './dedupe.ts';

interface Row {
  readonly key: number;
  readonly sequence: number;
  readonly batch: number;
}

/** Indexes of the surviving rows. */
function survivors(rows: readonly Row[]): number[] {
  const key = createColumnBuffer('bigint');
  for (const [row, { key: value }] of rows.entries()) appendWords(key, row, value, value >> 31);
  const map = planSurvivors({
    rows: rows.length,
    sequences: BigInt64Array.from(rows, ({ sequence }) => BigInt(sequence)),
    batches: Uint32Array.from(rows, ({ batch }) => batch),
    keys: [key],
  });
  const kept = rows.flatMap((_, row) => (map.target === undefined || map.target[row] !== dropped ? [row] : []));
  expect(map.rows).toBe(kept.length);
  return kept;
}

describe('planSurvivors', () => {
  it('keeps the greatest sequence of a key', () => {
    expect(
      survivors([
        { key: 1, sequence: 5, batch: 0 },
        { key: 1, sequence: 9, batch: 0 },
        { key: 1, sequence: 7, batch: 1 },
      ]),
    ).toEqual([1]);
  });

  it('lets the later message win a tie within a request', () => {
    expect(
      survivors([
        { key: 1, sequence: 5, batch: 0 },
        { key: 1, sequence: 5, batch: 0 },
      ]),
    ).toEqual([1]);
  });

  it('lets the earlier request win a tie between requests', () => {
    expect(
      survivors([
        { key: 1, sequence: 5, batch: 0 },
        { key: 1, sequence: 5, batch: 1 },
        { key: 1, sequence: 5, batch: 1 },
      ]),
    ).toEqual([0]);
  });

  it('keeps what loading request by request would keep', () => {
    const row = fc.record({
      key: fc.integer({ min: -3, max: 3 }),
      sequence: fc.integer({ min: 0, max: 4 }),
      batch: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (unordered) => {
        const rows = unordered.toSorted((a, b) => a.batch - b.batch);
        const stored = new Map<number, number>();
        for (let batch = 0; batch <= 5; batch += 1) {
          const best = new Map<number, number>();
          for (const [index, { key, sequence, batch: at }] of rows.entries()) {
            if (at === batch && sequence >= (rows[best.get(key) ?? -1]?.sequence ?? -1)) best.set(key, index);
          }
          for (const [key, index] of best)
            if ((rows[index]?.sequence ?? 0) > (rows[stored.get(key) ?? -1]?.sequence ?? -1)) stored.set(key, index);
        }
        expect(survivors(rows)).toEqual([...stored.values()].toSorted((a, b) => a - b));
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe('canonicalDecimal', () => {
  it.each([
    ['3.10', '3.1'],
    ['0.0', '-0'],
    ['1E+2', '100'],
    ['-0.05', '-5e-2'],
  ])('makes %s and %s the same key', (one, other) => {
    expect(canonicalDecimal(one)).toBe(canonicalDecimal(other));
  });

  it.each([
    ['1', '10'],
    ['1', '-1'],
    ['0.1', '0.01'],
  ])('tells %s and %s apart', (one, other) => {
    expect(canonicalDecimal(one)).not.toBe(canonicalDecimal(other));
  });
});
