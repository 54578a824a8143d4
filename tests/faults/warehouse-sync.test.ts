import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { canTrace, isSync, traceCommand } from '../support/strace.ts';

const child = fileURLToPath(new URL('../support/warehouse-sync-child.ts', import.meta.url));

it('has synced the log of the warehouse and then its name when a load ends', { timeout: 60_000 }, async ({ skip }) => {
  if (!canTrace()) return skip('strace is missing');
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'thimble-warehouse-sync-')));
  try {
    const calls = await traceCommand([process.execPath, child, join(directory, 'w.duckdb')], ['fsync', 'fdatasync', 'write']);
    const loaded = calls.find(({ name, args }) => name === 'write' && args.includes('"loaded\\n"'));
    const synced = calls.filter((call) => isSync(call) && call.result === 0 && call.ended < (loaded?.began ?? 0));
    const log = synced.findLast(({ args }) => args.includes(`<${directory}/w.duckdb.wal>`));
    const name = synced.findLast(({ args }) => args.includes(`<${directory}>`));
    expect(log).toBeDefined();
    expect(name?.began).toBeGreaterThan(log?.ended ?? Infinity);
  } finally {
    await rm(directory, { recursive: true });
  }
});
