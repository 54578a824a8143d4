import { describe, expect, it } from 'vitest';
import { largeMemoryBytes, releaseMemory } from './release-memory.ts';

describe('releaseMemory', () => {
  it('empties a large array', () => {
    const words = new Uint32Array(largeMemoryBytes / 4);
    releaseMemory(words);
    expect(words.length).toBe(0);
  });

  it('leaves alone what others share, and what is small', () => {
    const whole = new Uint8Array(2 * largeMemoryBytes).fill(7);
    releaseMemory(whole.subarray(0, largeMemoryBytes));
    expect(whole.every((byte) => byte === 7)).toBe(true);
    const small = new Uint8Array(largeMemoryBytes - 1);
    releaseMemory(small);
    expect(small.length).toBe(largeMemoryBytes - 1);
  });
});
