import { existsSync, rmSync, statfsSync, writeSync, openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Buffer, Stream } from '../../src/buffer/buffer.ts';
import { createEmbeddedBuffer } from '../../src/buffer/embedded/embedded-buffer.ts';
import { appendOne, claimAll, drainStream } from '../support/buffer-steps.ts';
import { digestOf, payloadOf } from '../support/payload.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import type { SmallDisk } from '../support/small-disk.ts';

const mebibyte = 1024 * 1024;
const orders: Stream = { sourceId: 1, table: 'orders' };

describe('the embedded buffer on a full disk', { timeout: 60_000 }, () => {
  let disk: SmallDisk | undefined;
  let buffer: Buffer | undefined;

  beforeEach(() => {
    disk = mountSmallDisk(48);
  });
  afterEach(async () => {
    await buffer?.close();
    disk?.unmount();
  });

  const open = async (directory: string, reserveBytes?: number): Promise<Buffer> => {
    const sizes = { maxBytes: 1024 * mebibyte, maxBytesPerSource: 1024 * mebibyte, segmentBytes: 16 * mebibyte };
    buffer = await createEmbeddedBuffer({
      directory: join(directory, 'buffer'),
      ...sizes,
      ...(reserveBytes === undefined ? {} : { reserveBytes }),
    });
    return buffer;
  };

  /** Appends until refused; returns the digests of what was acknowledged. */
  const fill = async (target: Buffer, seedFrom: number): Promise<string[]> => {
    const acknowledged: string[] = [];
    for (let seed = seedFrom; seed < seedFrom + 100; seed += 1) {
      const payload = payloadOf(seed, mebibyte);
      const digest = digestOf(payload);
      const refusal = await appendOne(target, orders, payload).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (refusal !== undefined) {
        expect(refusal).toMatchObject({ name: 'BufferUnavailableError' });
        return acknowledged;
      }
      acknowledged.push(digest);
    }
    throw new Error('The disk did not fill up.');
  };

  for (const [way, reserveBytes, reason] of [
    ['keeps head-room free', undefined, /disk that holds the buffer is full/],
    ['runs into the end of the disk', -Infinity, /database or disk is full/],
  ] as const) {
    it(`refuses appends when it ${way}, keeps what it acknowledged, and goes on without a restart`, async ({ skip }) => {
      if (disk === undefined) return skip('no small disk');
      const target = await open(disk.directory, reserveBytes);
      const first = await fill(target, 0);
      expect(first.length).toBeGreaterThan(5);
      const { pendingBytes } = target.usage();
      expect(pendingBytes).toBe(first.length * (mebibyte + 64));
      // Still full, still refusing, still whole.
      await expect(appendOne(target, orders, payloadOf(999, mebibyte))).rejects.toThrow(reason);
      expect(target.usage().pendingBytes).toBe(pendingBytes);
      expect((await drainStream(target, orders, 3 * mebibyte)).map(({ payload }) => digestOf(payload))).toEqual(first);
      const second = await fill(target, 200);
      expect(second.length).toBeGreaterThan(5);
      await target.close();
      const again = await open(disk.directory, reserveBytes);
      expect((await drainStream(again, orders, 3 * mebibyte)).map(({ payload }) => digestOf(payload))).toEqual(second);
    });
  }

  it('takes acknowledgements with not one byte free, which frees the disk', async ({ skip }) => {
    if (disk === undefined) return skip('no small disk');
    const target = await open(disk.directory, -Infinity);
    const acknowledged = await fill(target, 0);
    const hog = join(disk.directory, 'hog');
    fillDisk(hog);
    expect(statfsSync(disk.directory).bavail).toBe(0);
    const claim = await claimAll(target, orders);
    await target.ack(claim);
    expect(claim.batches).toHaveLength(acknowledged.length);
    expect(target.backlog()).toEqual([]);
    expect(statfsSync(disk.directory).bavail).toBeGreaterThan(0);
    rmSync(hog);
    expect(existsSync(hog)).toBe(false);
    await appendOne(target, orders, payloadOf(1, mebibyte));
  });

  it('opens on a full disk and hands out what it holds', async ({ skip }) => {
    if (disk === undefined) return skip('no small disk');
    const target = await open(disk.directory);
    const acknowledged = await fill(target, 0);
    await target.close();
    fillDisk(join(disk.directory, 'hog'));
    const again = await open(disk.directory);
    const claim = await claimAll(again, orders);
    expect(claim.batches.map(({ payload }) => digestOf(payload))).toEqual(acknowledged);
    await expect(appendOne(again, orders, payloadOf(1, 10))).rejects.toMatchObject({ name: 'BufferUnavailableError' });
    rmSync(join(disk.directory, 'hog'));
    await again.ack(claim);
    await appendOne(again, orders, payloadOf(1, mebibyte));
  });
});

/** Writes zeros until the file system takes no more. */
function fillDisk(path: string): void {
  const file = openSync(path, 'w');
  const zeros = new Uint8Array(4096);
  try {
    for (;;) if (writeSync(file, zeros) === 0) return;
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(file);
  }
}
