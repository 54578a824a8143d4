import { describe, expect, it } from 'vitest';
import { planCompaction } from './compaction-plan.ts';
import type { Segment } from './segment.ts';

const unit = 1024 * 1024;
const segmentBytes = 1_000 * unit;

/** Sizes in units: a full file has 1,000. */
function segment(number: number, live: number, file: number): Segment {
  const parts = new Map(live === 0 ? [] : [['1:t', { streamId: 1, batches: 1, bytes: live * unit, last: number }]]);
  return { number, path: '', lastPosition: number, fileBytes: file * unit, parts };
}

const planned = (...segments: Segment[]): number[] | undefined => planCompaction(segments, segmentBytes)?.map(({ number }) => number);

describe('the choice of segments to compact', () => {
  it('leaves segments alone that are a quarter live or more', () => {
    expect(planned(segment(1, 250, 1_000), segment(2, 900, 1_000))).toBeUndefined();
    expect(planned()).toBeUndefined();
  });

  it('takes a full file that little live data keeps', () => {
    expect(planned(segment(1, 900, 1_000), segment(2, 100, 1_000), segment(3, 900, 1_000))).toEqual([2]);
  });

  it('takes light neighbours together, and never across a heavy one', () => {
    expect(planned(segment(1, 100, 1_000), segment(2, 50, 1_000), segment(3, 900, 1_000), segment(4, 1, 1_000))).toEqual([1, 2]);
  });

  it('leaves small files alone until there are many of them', () => {
    const small = Array.from({ length: 16 }, (_, index) => segment(index, 10, 25));
    expect(planned(...small.slice(1))).toBeUndefined();
    expect(planned(...small)).toHaveLength(16);
  });

  it('keeps what it writes below half a segment', () => {
    const light = Array.from({ length: 10 }, (_, index) => segment(index, 200, 1_000));
    expect(planned(...light)).toEqual([0, 1]);
  });

  it('does not choose its own result again, however small segments are', () => {
    const tiny = { ...segment(1, 0, 0), fileBytes: 160 * 1024, parts: segment(1, 0.001, 0).parts };
    expect(planCompaction([tiny], 64 * 1024)).toBeUndefined();
    for (const live of [1, 20, 100, 240]) expect(planned(segment(1, live, live + 20))).toBeUndefined();
  });
});
