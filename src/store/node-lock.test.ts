import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresVersions } from '../../tests/support/postgres-server.ts';
import { postgresPlace, usePostgres } from '../../tests/support/store-engines.ts';
import { waitFor } from '../../tests/support/wait-until-loaded.ts';
import { startCuttingProxy } from '../../tests/support/cutting-proxy.ts';
import { acquireNodeLock, type NodeLock } from './node-lock.ts';

async function acquire(url: string, options: { onLost?: (error: Error) => void; beatMs?: number } = {}): Promise<NodeLock> {
  const lock = await acquireNodeLock({ url, onLost: () => undefined, ...options });
  onTestFinished(() => lock.release());
  return lock;
}

const holder = `
  import { acquireNodeLock } from ${JSON.stringify(new URL('node-lock.ts', import.meta.url).href)};
  await acquireNodeLock({ url: process.argv[1], onLost: () => {} });
  console.log('held');
  setInterval(() => {}, 1000);
`;

describe.each(postgresVersions)('the lock of the only node on PostgreSQL %i', (version) => {
  const databases = usePostgres({ version });

  it('refuses a second server, naming the first, and is free after its release', async () => {
    const url = await databases.newDatabase();
    const first = await acquire(url);
    await expect(acquire(url)).rejects.toMatchObject({
      name: 'NodeLockedError',
      message: expect.stringMatching(new RegExp(`in use by another server \\(\\S+ ${process.pid}\\)`)),
    });
    await acquire(await databases.newDatabase());
    await first.release();
    expect((await acquire(url)).isHeld()).toBe(true);
  });

  it('is free after a kill -9 of its process', async () => {
    const url = await databases.newDatabase();
    const child = spawn(process.execPath, ['--input-type=module', '--eval', holder, url], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    await expect(acquire(url)).rejects.toMatchObject({ name: 'NodeLockedError' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await waitFor(() =>
      acquire(url).then(
        () => true,
        () => false,
      ),
    );
  });

  it('says at once that its connection is lost, and the store writes nothing more', async () => {
    const url = await databases.newStore();
    const lost: string[] = [];
    const lock = await acquire(url, { onLost: ({ message }) => lost.push(message) });
    const store = await postgresPlace(url).open({ node: lock });
    await store.transaction((tx) => tx.insertInto('setting').values({ name: 'a', value: '1' }).execute());
    await databases.server().query(`select pg_terminate_backend(${lock.pid})`);
    await waitFor(() => lost.length > 0);
    expect(lost).toEqual([expect.stringContaining('another server may take over')]);
    expect(lock.isHeld()).toBe(false);
    await expect(store.transaction(async () => 1)).rejects.toMatchObject({ name: 'StoreUnavailableError' });
  });

  it('lets the store write nothing once the server has ended it, even before this process has heard of it', async () => {
    const url = await databases.newStore();
    const lock = await acquire(url);
    const store = await postgresPlace(url).open({ node: { pid: lock.pid, isHeld: () => true } });
    await store.transaction(async () => 1);
    await lock.release();
    await expect(store.transaction(async () => 1)).rejects.toMatchObject({
      name: 'StoreUnavailableError',
      message: expect.stringContaining('lost its lock'),
    });
  });

  it('counts a connection that no longer answers as lost', { timeout: 20_000 }, async () => {
    const url = new URL(await databases.newDatabase());
    const proxy = await startCuttingProxy(Number(url.port));
    url.port = String(proxy.port);
    const lost: string[] = [];
    await acquire(url.href, { onLost: ({ message }) => lost.push(message), beatMs: 20 });
    proxy.judge = () => 'swallow';
    await waitFor(() => lost.length > 0);
  });
});
