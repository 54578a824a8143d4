import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly directory: string;
  unmount(): void;
}

/** Mounts a file system of its own of `mebibytes` in memory. Undefined, with a printed reason, where that is not allowed; an error in CI. */
export function mountSmallDisk(mebibytes: number): SmallDisk | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'thimble-small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0700`, 'tmpfs', directory], { stdio: 'pipe' });
  } catch (error) {
    rmdirSync(directory);
    if (process.env['CI'] !== undefined) throw new Error('CI must be able to mount a small disk.', { cause: error });
    console.warn(`Skipped: a full disk cannot be shown without the right to mount one (${String(error).split('\n')[0]}).`);
    return undefined;
  }
  return {
    directory,
    unmount() {
      execFileSync('umount', [directory]);
      rmdirSync(directory);
    },
  };
}
