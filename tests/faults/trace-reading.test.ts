import { describe, expect, it } from 'vitest';
import { isSync, parseTrace, syncsBetween } from '../support/strace.ts';

const trace = `
101   write(1<pipe:[5]>, "begin 1\\n", 8) = 8
102   fdatasync(23</data/buffer/segment.sqlite-wal> <unfinished ...>
101   write(1<pipe:[5]>, "other) = 3\\n", 11 <unfinished ...>
102   <... fdatasync resumed>)          = 0
101   <... write resumed>)              = 11
103   fsync(9</elsewhere/file>)         = 0
102   fdatasync(23</data/buffer/segment.sqlite-wal>) = -1 ENOSPC (No space left on device)
101   write(1<pipe:[5]>, "stored 1\\n", 9) = 9
102   fsync(24</data/buffer/catalog.sqlite> <unfinished ...>
101   --- SIGCHLD {si_signo=SIGCHLD} ---
101   +++ exited with 0 +++
`;

describe('reading a system call trace', () => {
  const calls = parseTrace(trace);

  it('joins interrupted calls of each thread and keeps their order', () => {
    expect(calls.map(({ pid, name, result }) => [pid, name, result])).toEqual([
      [101, 'write', 8],
      [102, 'fdatasync', 0],
      [101, 'write', 11],
      [103, 'fsync', 0],
      [102, 'fdatasync', -1],
      [101, 'write', 9],
      [102, 'fsync', undefined],
    ]);
    expect(calls[1]).toMatchObject({ began: 2, ended: 4, args: '23</data/buffer/segment.sqlite-wal>' });
    expect(calls[6]?.ended).toBe(Infinity);
    expect(calls.filter(isSync)).toHaveLength(4);
  });

  it('reads lines with bracketed pids, timestamps or neither', () => {
    const lines = ['[pid   7] fsync(3</a>) = 0', '8 12:34:56.789 fsync(3</a>) = 0', '9 1700000000.5 fsync(3</a>) = 0', 'fsync(3</a>) = 0'];
    expect(parseTrace(lines.join('\n')).map(({ pid, name }) => [pid, name])).toEqual([7, 8, 9, 0].map((pid) => [pid, 'fsync']));
  });

  it('counts only finished, successful syncs of the directory between two calls', () => {
    const [begin, , , , , stored] = calls;
    if (begin === undefined || stored === undefined) throw new Error('The trace was not read.');
    expect(syncsBetween(calls, begin, stored, '/data/buffer').map(({ began }) => began)).toEqual([2]);
    expect(syncsBetween(calls, stored, stored, '/data/buffer')).toEqual([]);
  });
});
