import { describe, expect, it } from 'vitest';
import { addressKey, createAttempts } from './attempts.ts';
import { TooManyError } from './too-many.ts';

const limit = { key: 'a', free: 5, maxDelayMs: 900_000 };

describe('attempts', () => {
  it('are free five times, then wait twice as long each time up to the longest wait', () => {
    const clock = { now: 1_000_000 };
    const attempts = createAttempts({ now: () => clock.now });
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 20; attempt += 1) {
      attempts.take([limit]);
      try {
        attempts.take([limit]);
        expect(attempt).toBeLessThan(5);
        attempts.forgive([limit]);
      } catch (error) {
        expect(error).toBeInstanceOf(TooManyError);
        const seconds = (error as TooManyError).retryAfterSeconds;
        waits.push(seconds);
        clock.now += seconds * 1000;
      }
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900, 900]);
  });

  it('count those made at the same time before any of them has failed', () => {
    const attempts = createAttempts({ now: () => 0 });
    const taken = Array.from({ length: 100 }, () => {
      try {
        attempts.take([limit]);
        return true;
      } catch {
        return false;
      }
    });
    expect(taken.filter(Boolean)).toHaveLength(5);
  });

  it('are forgotten after success, an hour of silence, or when there are too many', () => {
    const clock = { now: 0 };
    const attempts = createAttempts({ now: () => clock.now, maxKeys: 10 });
    const use = (key: string, times: number): void => {
      for (let n = 0; n < times; n += 1) attempts.take([{ ...limit, key }]);
    };
    use('a', 5);
    attempts.forgive([limit], ['a']);
    use('a', 5);
    expect(() => use('a', 1)).toThrow(TooManyError);
    clock.now += 3_602_000;
    use('a', 5);
    for (let n = 0; n < 10; n += 1) use(`other ${n}`, 1);
    use('a', 5);
  });

  it('of one kind are not forgotten because of many of another', () => {
    const attempts = createAttempts({ now: () => 0, maxKeys: 10 });
    const guess = { ...limit, key: 'code/7' };
    for (let n = 0; n < 5; n += 1) attempts.take([guess]);
    for (let n = 0; n < 100; n += 1) attempts.take([{ ...limit, key: `mail/to/${n}@example.com` }]);
    expect(() => attempts.take([guess])).toThrow(TooManyError);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:50123', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::5', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('count %s as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
