import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts';
import { acquireDataLock } from './data-lock.ts';

const holder = `
  import { acquireDataLock } from ${JSON.stringify(new URL('data-lock.ts', import.meta.url).href)};
  try {
    await acquireDataLock({ directory: process.argv[1] });
    console.log('held');
    setInterval(() => {}, 1000);
  } catch (error) {
    console.log(error.name + ': ' + error.message);
  }
`;

async function startHolder(directory: string): Promise<{ pid: number; said: string; kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', holder, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    pid: child.pid ?? 0,
    said: said.toString().trim(),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe('the lock on the data directory', () => {
  it('makes the directory, for its owner alone', async () => {
    const directory = join(temporaryDirectory(), 'deep', 'data');
    const lock = await acquireDataLock({ directory });
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    await lock.release();
  });

  it('refuses a second process, naming the first, and is free after a kill -9', async () => {
    const directory = temporaryDirectory();
    const first = await startHolder(directory);
    expect(first.said).toBe('held');
    const second = await startHolder(directory);
    expect(second.said).toBe(`DataDirectoryLockedError: The data directory ${directory} is in use by process ${first.pid}.`);
    await expect(acquireDataLock({ directory })).rejects.toMatchObject({ name: 'DataDirectoryLockedError', pid: first.pid });
    await first.kill();
    const lock = await acquireDataLock({ directory });
    await lock.release();
  });

  it('refuses a second holder in the same process, and other processes while it is held', async () => {
    const directory = temporaryDirectory();
    const lock = await acquireDataLock({ directory });
    await expect(acquireDataLock({ directory })).rejects.toMatchObject({ pid: process.pid });
    expect((await startHolder(directory)).said).toContain(`in use by process ${process.pid}`);
    await lock.release();
    expect((await startHolder(directory)).said).toBe('held');
  });
});
