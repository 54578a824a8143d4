/** Disk full under buffer, store and warehouse: no 2xx without a commit, 503, recovery without a restart. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, statfsSync, symlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { createTestSource, send, startTestApp, type TestApp, type TestSource } from '../support/test-app.ts';
import { waitFor, waitUntilLoaded } from '../support/wait-until-loaded.ts';

const mebibyte = 2 ** 20;
let disk: SmallDisk | undefined;
let system: TestApp | undefined;
let source: TestSource | undefined;

beforeEach(async () => {
  disk = mountSmallDisk(96);
  if (disk === undefined) return;
  system = await startTestApp({ dataDirectory: join(disk.directory, 'data') });
  source = await createTestSource(system);
});
afterEach(async () => {
  await system?.stop();
  disk?.unmount();
});

const fillerOf = ({ directory }: SmallDisk): string => join(directory, 'filler');

/** Takes all free space but `leaveBytes`. */
function fill(on: SmallDisk, leaveBytes = 0): void {
  const file = openSync(fillerOf(on), 'a');
  try {
    for (let chunk = mebibyte; chunk >= 4096; chunk /= 2) {
      const { bavail, bsize } = statfsSync(on.directory);
      for (let room = bavail * bsize - leaveBytes; room >= chunk; room -= chunk) {
        try {
          writeSync(file, Buffer.alloc(chunk));
        } catch {
          break;
        }
      }
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

const record = (to: TestSource, id: number, pad = ''): string =>
  `[{"client_id":${to.accountId},"table_name":"rows","action":"upsert","key_names":["id"],"sequence":${id},"data":{"id":${id},"pad":"${pad}"}}]`;

describe('on a full disk', () => {
  it('pushes get 503 with Retry-After and are accepted again once there is room; what got 201 is loaded, nothing else', async ({
    skip,
  }) => {
    if (disk === undefined || system === undefined || source === undefined) return skip('no small disk');
    const { url } = system;
    const to = source;
    const push = (id: number): Promise<{ status: number; headers: Headers }> =>
      send(url, 'POST', '/v2/import/push', { token: to.token, body: record(to, id) });
    expect((await push(1)).status).toBe(201);
    await system.app.drain();
    fill(disk);
    const refused = await push(2);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(new URL('/v2/import/status', url))).status).toBeLessThanOrEqual(503);
    rmSync(fillerOf(disk));
    expect((await push(3)).status).toBe(201);
    await system.app.drain();
    expect(await system.query('SELECT id FROM shop.rows ORDER BY id')).toEqual([{ id: 1 }, { id: 3 }]);
  });

  it('control requests get 503 and change nothing, and succeed once there is room', async ({ skip }) => {
    if (disk === undefined || system === undefined || source === undefined) return skip('no small disk');
    const { url } = system;
    const { apiKey } = source;
    const create = (name: string): Promise<{ status: number; body: unknown }> =>
      send(url, 'POST', '/v4/sources', { token: apiKey, body: { type: 'import_api', display_name: name } });
    fill(disk);
    // The log of the store may have room for a few more changes; each of those is committed.
    const created: string[] = [];
    let refused = 0;
    for (let index = 0; index < 2000 && refused < 3; index += 1) {
      const { status } = await create(`Source ${index}`);
      if (status === 200) created.push(`source_${index}`);
      else {
        expect(status).toBe(503);
        refused += 1;
      }
    }
    expect(refused).toBe(3);
    rmSync(fillerOf(disk));
    expect((await create('After')).status).toBe(200);
    const { body } = await send(url, 'GET', '/v4/sources', { token: apiKey });
    expect((body as { name: string }[]).map(({ name }) => name)).toEqual(['shop', ...created, 'after']);
  });
});

it('a warehouse without room keeps its data in the buffer, says so, and loads when there is room', async ({ skip }) => {
  const small = mountSmallDisk(16);
  if (small === undefined) return skip('no small disk');
  const dataDirectory = mkdtempSync(join(tmpdir(), 'thimble-full-'));
  symlinkSync(small.directory, join(dataDirectory, 'warehouses'));
  const running = await startTestApp({ dataDirectory });
  try {
    const to = await createTestSource(running);
    // Random text does not compress: these 40 MB do not fit into 16.
    for (let id = 1; id <= 40; id += 1) {
      const body = record(to, id, randomBytes(mebibyte / 2).toString('hex'));
      expect((await send(running.url, 'POST', '/v2/import/push', { token: to.token, body })).status).toBe(201);
    }
    await waitFor(async () => /full|space/i.test(JSON.stringify((await running.operator.call('GET', '/status'))['streams'])), 60_000);
    execFileSync('mount', ['-o', 'remount,size=512m', small.directory]);
    await waitUntilLoaded(running.operator);
    expect(await running.query('SELECT count(*) AS n, count(DISTINCT id) AS ids, min(length(pad)) AS least FROM shop.rows')).toEqual([
      { n: 40, ids: 40, least: mebibyte },
    ]);
  } finally {
    await running.stop();
    small.unmount();
  }
});
