import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts';
import { openStore } from './database.ts';

/** Undefined when a small file system can be mounted here. */
function findReasonToSkip(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'thimble-mount-'));
  const tried = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { encoding: 'utf8' });
  if (tried.status === 0) spawnSync('umount', [directory]);
  rmSync(directory, { recursive: true });
  if (tried.status === 0) return undefined;
  const reason = `a small file system cannot be mounted: ${tried.error?.message ?? tried.stderr.trim()}`;
  if (process.env.CI) throw new Error(reason);
  return reason;
}

const reason = findReasonToSkip();

function mountSmall(megabytes: number): string {
  const directory = temporaryDirectory();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory], { encoding: 'utf8' });
  if (mounted.status !== 0) throw new Error(mounted.stderr);
  onTestFinished(() => void spawnSync('umount', ['--lazy', directory]));
  return directory;
}

describe('a full disk', () => {
  it.skipIf(reason !== undefined)(
    `makes commits fail recognisably, keeps what was committed, and recovers without a restart${reason === undefined ? '' : ` (skipped: ${reason})`}`,
    async () => {
      const directory = mountSmall(8);
      const store = await openStore({ path: join(directory, 'store.db') });
      onTestFinished(() => store.close());
      const write = (name: string): Promise<unknown> =>
        store.transaction((tx) =>
          tx
            .insertInto('setting')
            .values({ name, value: 'x'.repeat(100_000) })
            .execute(),
        );
      const names = async (): Promise<string[]> =>
        (await store.read.selectFrom('setting').select('name').orderBy('name').execute()).map(({ name }) => name);

      await write('before');
      const ballast = join(directory, 'ballast');
      for (let size = 8 * 1024; size > 0; size -= 64) {
        try {
          writeFileSync(ballast, Buffer.alloc(size * 1024));
          break;
        } catch {
          rmSync(ballast, { force: true });
        }
      }
      const committed = ['before'];
      const fill = async (): Promise<unknown> => {
        for (let round = 0; round < 50; round += 1) {
          const failure: unknown = await write(`full${round}`).then(
            () => undefined,
            (error: unknown) => error,
          );
          if (failure !== undefined) return failure;
          committed.push(`full${round}`);
        }
        return undefined;
      };
      const failure = await fill();
      expect(failure).toMatchObject({ name: 'StoreUnavailableError', message: expect.stringMatching(/disk full|I\/O error/) });
      await expect(write('still full')).rejects.toMatchObject({ name: 'StoreUnavailableError' });
      expect(await names()).toEqual(committed.sort());

      rmSync(ballast);
      await write('after');
      expect(await names()).toEqual([...committed, 'after'].sort());
    },
  );
});
