import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canTrace, syncsBetween, traceCommand } from '../support/strace.ts';
import type { TracedCall } from '../support/strace.ts';

const child = fileURLToPath(new URL('../support/buffer-sync-child.ts', import.meta.url));
const count = 40;

describe('the durability of the embedded buffer, seen from the system calls', { timeout: 120_000 }, () => {
  let directory: string;
  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'thimble-buffer-sync-')));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  /** For each of `count` operations, how many syncs of the buffer's files finished between its two marks. */
  const countSyncs = async (synchronous: 'full' | 'off'): Promise<{ append: number[]; ack: number[] }> => {
    const calls = await traceCommand(
      [process.execPath, child, directory, synchronous, String(count)],
      ['fsync', 'fdatasync', 'write', 'pwrite64'],
    );
    const mark = (text: string): TracedCall => {
      const found = calls.find(({ name, args }) => name === 'write' && args.startsWith('1<') && args.includes(`"${text}\\n"`));
      if (found === undefined) throw new Error(`The mark ${text} is missing in the trace.`);
      return found;
    };
    const between = (begin: string, end: string): number[] =>
      Array.from(
        { length: count },
        (_, index) => syncsBetween(calls, mark(`${begin} ${index}`), mark(`${end} ${index}`), directory).length,
      );
    return { append: between('begin', 'stored'), ack: between('acking', 'acked') };
  };

  it('finishes a sync of its files within every append and every acknowledgement', async ({ skip }) => {
    if (!canTrace()) return skip('strace is missing');
    const { append, ack } = await countSyncs('full');
    expect(Math.min(...append)).toBeGreaterThanOrEqual(1);
    expect(Math.min(...ack)).toBeGreaterThanOrEqual(1);
  });

  it('shows no sync at all when synchronous is switched off, so this test can fail', async ({ skip }) => {
    if (!canTrace()) return skip('strace is missing');
    const { append, ack } = await countSyncs('off');
    expect(Math.max(...append, ...ack)).toBe(0);
  });
});
