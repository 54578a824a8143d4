import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appendOne, claimAll, drainStream } from '../../../tests/support/buffer-steps.ts';
import { digestOf, payloadOf } from '../../../tests/support/payload.ts';
import type { Buffer, Stream } from '../buffer.ts';
import { createEmbeddedBuffer } from './embedded-buffer.ts';
import { listSegments } from './files.ts';

const kibibyte = 1024;
const mebibyte = 1024 * 1024;
const orders: Stream = { sourceId: 1, table: 'orders' };
const stopped: Stream = { sourceId: 1, table: 'stopped' };

describe('the files of the embedded buffer', { timeout: 30_000 }, () => {
  let directory: string;
  let buffer: Buffer;
  const start = async (segmentBytes: number): Promise<void> => {
    const maxBytes = 1024 * mebibyte;
    buffer = await createEmbeddedBuffer({ directory, maxBytes, maxBytesPerSource: maxBytes, segmentBytes });
  };
  const onDisk = (): number =>
    readdirSync(directory).reduce((bytes, name) => bytes + (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0), 0);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'thimble-buffer-files-'));
  });
  afterEach(async () => {
    await buffer.close();
    await rm(directory, { recursive: true });
  });

  it('begins a new file when one is full and none grows beyond its bound', async () => {
    await start(mebibyte);
    for (let seed = 0; seed < 50; seed += 1) await appendOne(buffer, orders, payloadOf(seed, 100 * kibibyte));
    const sizes = listSegments(directory).map(
      (number) => statSync(join(directory, `segment-${String(number).padStart(8, '0')}.sqlite`)).size,
    );
    expect(sizes.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(mebibyte + 128 * kibibyte);
  });

  it('unlinks drained files, the active one too, and the disk is free again', async () => {
    await start(8 * mebibyte);
    const digests: string[] = [];
    for (let seed = 0; seed < 30; seed += 1) {
      const payload = payloadOf(seed, mebibyte);
      digests.push(digestOf(payload));
      await appendOne(buffer, orders, payload);
    }
    expect(onDisk()).toBeGreaterThan(30 * mebibyte);
    expect(buffer.usage().diskBytes).toBeGreaterThan(30 * mebibyte);
    const drained = await drainStream(buffer, orders, 4 * mebibyte);
    expect(drained.map(({ payload }) => digestOf(payload))).toEqual(digests);
    expect(onDisk()).toBeLessThan(6 * mebibyte);
    expect(buffer.usage().diskBytes).toBe(onDisk());
    const before = buffer.head;
    expect(await appendOne(buffer, orders, payloadOf(1, 10))).toBeGreaterThan(before);
  });

  it('keeps the write-ahead log small while appending', async () => {
    await start(256 * mebibyte);
    let largest = 0;
    for (let seed = 0; seed < 60; seed += 1) {
      await appendOne(buffer, orders, new Uint8Array(mebibyte).fill(seed));
      for (const name of readdirSync(directory).filter((each) => each.endsWith('-wal'))) {
        largest = Math.max(largest, statSync(join(directory, name)).size);
      }
    }
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThan(17 * mebibyte);
    await buffer.close();
    expect(readdirSync(directory).filter((name) => /-(wal|shm|journal)$/.test(name))).toEqual([]);
  });

  it('rewrites files that one stopped stream keeps, hands out the same batches, and takes appends meanwhile', async () => {
    await start(mebibyte);
    const kept: string[] = [];
    for (let seed = 0; seed < 60; seed += 1) {
      const payload = payloadOf(seed, 2_000);
      kept.push(digestOf(payload));
      await appendOne(buffer, stopped, payload);
      await appendOne(buffer, orders, payloadOf(seed, 250 * kibibyte));
    }
    const files = listSegments(directory).length;
    expect(files).toBeGreaterThan(10);
    await drainStream(buffer, orders, 3 * mebibyte);
    await vi.waitUntil(
      async () => {
        await appendOne(buffer, { sourceId: 2, table: 'meanwhile' }, payloadOf(1, 100));
        return listSegments(directory).length <= 2;
      },
      { timeout: 20_000, interval: 5 },
    );
    expect(onDisk()).toBeLessThan(4 * mebibyte);
    const claim = await claimAll(buffer, stopped);
    expect(claim.batches.map(({ payload }) => digestOf(payload))).toEqual(kept);
    buffer.release(claim);
    await buffer.close();
    await start(mebibyte);
    const again = await claimAll(buffer, stopped);
    expect(again.batches).toEqual(claim.batches);
    await buffer.ack(again);
    expect(buffer.backlog()).toMatchObject([{ sourceId: 2 }]);
  });

  it('continues a claim that was being read while its files were rewritten', async () => {
    await start(256 * kibibyte);
    for (let seed = 0; seed < 400; seed += 1) {
      void appendOne(buffer, stopped, payloadOf(seed, 500));
      void appendOne(buffer, orders, payloadOf(seed, 50 * kibibyte));
    }
    await appendOne(buffer, stopped, payloadOf(400, 500));
    const large = await claimAll(buffer, orders);
    const acked = buffer.ack(large);
    for (let round = 0; round < 20; round += 1) {
      const claim = await claimAll(buffer, stopped);
      expect(claim.batches.map(({ payload }) => payload)).toEqual(Array.from({ length: 401 }, (_, seed) => payloadOf(seed, 500)));
      buffer.release(claim);
    }
    await acked;
  });

  it('does not hold what it keeps per batch in memory: counts stay per stream and file', async () => {
    await start(64 * mebibyte);
    const batches = (): { table: string; records: number; payload: Uint8Array<ArrayBuffer> }[] =>
      Array.from({ length: 5_000 }, () => ({ table: 'orders', records: 1, payload: new Uint8Array(8) }));
    for (let request = 0; request < 4; request += 1) await buffer.append({ sourceId: 1, receivedAt: 1, batches: batches() });
    expect(buffer.backlog()).toMatchObject([{ batches: 20_000 }]);
    await buffer.close();
    await start(64 * mebibyte);
    expect(buffer.backlog()).toMatchObject([{ batches: 20_000, bytes: 20_000 * (8 + 64) }]);
    const claim = await buffer.claim(orders, { maxBytes: mebibyte, maxBatches: 4_999 });
    expect(claim?.batches).toHaveLength(4_999);
    if (claim !== undefined) await buffer.ack(claim, claim.batches[2_499]?.position);
    expect(buffer.backlog()).toMatchObject([{ batches: 17_500 }]);
  });
});
