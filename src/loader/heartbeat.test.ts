import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createHeartbeat } from './heartbeat.ts';

let beats: number;
let silences: number;

beforeEach(() => {
  vi.useFakeTimers();
  beats = 0;
  silences = 0;
});
afterEach(() => vi.useRealTimers());

const onSilent = (): void => void (silences += 1);

it('asks again only after an answer, and tells of the silence once', () => {
  createHeartbeat({ limitMs: 10_000, beat: () => (beats += 1), onSilent });
  vi.advanceTimersByTime(10_900);
  expect([beats, silences]).toEqual([1, 0]);
  vi.advanceTimersByTime(100);
  expect([beats, silences]).toEqual([1, 1]);
  vi.advanceTimersByTime(100_000);
  expect([beats, silences]).toEqual([1, 1]);
});

it('is content with late answers', () => {
  const heartbeat = createHeartbeat({
    limitMs: 10_000,
    beat: () => {
      beats += 1;
      setTimeout(() => heartbeat.answered(), 9_500);
    },
    onSilent,
  });
  vi.advanceTimersByTime(100_000);
  expect([beats, silences]).toEqual([10, 0]);
});

it('ends when it is stopped', () => {
  const heartbeat = createHeartbeat({ limitMs: 10_000, beat: () => (beats += 1), onSilent });
  heartbeat.stop();
  vi.advanceTimersByTime(100_000);
  expect([beats, silences]).toEqual([0, 0]);
});
