import { describe, expect, it } from 'vitest';
import { freeLargeMemory, freeMemory, growWords } from './free-memory.ts';

const largeBytes = 16 * 1024;

describe('memory given back', () => {
  it('is gone for every view of it, and can be given back twice', () => {
    const bytes = new Uint8Array(1024);
    const part = bytes.subarray(100);
    freeMemory(part);
    freeMemory(bytes);
    expect([bytes.length, part.length]).toEqual([0, 0]);
  });

  it('has moved to the larger array with all its words', () => {
    const words = Uint32Array.of(1, 2, 3);
    expect([...growWords(words, 5)]).toEqual([1, 2, 3, 0, 0]);
    expect(words.length).toBe(0);
  });

  it('is gone when it is large and whole', () => {
    const words = new Uint32Array(largeBytes / 4);
    freeLargeMemory(words);
    expect(words.length).toBe(0);
  });

  it('stays when it is shared, or small', () => {
    const whole = new Uint8Array(2 * largeBytes).fill(7);
    freeLargeMemory(whole.subarray(0, largeBytes));
    expect(whole.every((byte) => byte === 7)).toBe(true);
    const small = new Uint8Array(largeBytes - 1);
    freeLargeMemory(small);
    expect(small.length).toBe(largeBytes - 1);
  });
});
