import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createEmbeddedBuffer } from '../../src/buffer/embedded/embedded-buffer.ts';
import { claimAll } from '../support/buffer-steps.ts';
import { canTrace } from '../support/strace.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const child = fileURLToPath(new URL('../support/buffer-io-error-child.ts', import.meta.url));

/** Runs the child with every `step`-th sync failing; resolves with the numbers it printed. */
async function appendWithFailingSyncs(directory: string, step: number): Promise<{ stored: number[]; refused: number[] }> {
  // The first syncs make the files.
  const inject = ['-e', 'trace=fsync,fdatasync', '-e', `inject=fsync,fdatasync:error=EIO:when=${20 + step}+${step}`];
  const run = spawn('strace', ['-f', '-qq', '-o', '/dev/null', ...inject, process.execPath, child, directory, '60'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  run.stdout.on('data', (chunk: Uint8Array) => (output += String(chunk)));
  await new Promise((resolve) => run.on('close', resolve));
  const numbers = (word: string): number[] => [...output.matchAll(new RegExp(`^${word} (\\d+)$`, 'gm'))].map((match) => Number(match[1]));
  return { stored: numbers('stored'), refused: numbers('refused') };
}

describe('the embedded buffer when a sync fails', { timeout: 60_000 }, () => {
  for (const step of [3, 4, 7, 11]) {
    it(`stores exactly what it acknowledged when one sync in ${step} fails and the process dies after a refusal`, async ({ skip }) => {
      if (!canTrace()) return skip('strace is missing');
      const directory = temporaryDirectory();
      const { stored, refused } = await appendWithFailingSyncs(directory, step);
      expect(refused.length).toBeGreaterThan(0);
      expect(stored.length).toBeGreaterThan(0);
      const buffer = await createEmbeddedBuffer({ directory, maxBytes: 1e9 });
      const { batches } = await claimAll(buffer, { sourceId: 1, table: 'orders' });
      expect(batches.map(({ records }) => records)).toEqual(stored);
      await buffer.close();
    });
  }
});
