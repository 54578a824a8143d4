import { copyFileSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendOne, claimAll } from '../../../tests/support/buffer-steps.ts';
import { payloadOf } from '../../../tests/support/payload.ts';
import type { Buffer, Stream } from '../buffer.ts';
import { createEmbeddedBuffer } from './embedded-buffer.ts';
import { catalogFile, compactingFile, listSegments, segmentPath } from './files.ts';
import { createSegmentFile } from './segment-file.ts';

const orders: Stream = { sourceId: 1, table: 'orders' };

describe('opening the embedded buffer', { timeout: 30_000 }, () => {
  let directory: string;
  const open = (name = 'buffer', segmentBytes = 128 * 1024): Promise<Buffer> =>
    createEmbeddedBuffer({ directory: join(directory, name), maxBytes: 1e8, segmentBytes });
  const path = (name: string): string => join(directory, 'buffer', name);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'thimble-buffer-open-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it('is refused while another holds the directory, who is not harmed', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({ name: 'BufferUnavailableError', message: expect.stringContaining('locked') });
    await appendOne(first, orders, payloadOf(1, 10));
    await first.close();
    await (await open()).close();
  });

  it('is refused with a reason when a segment file is damaged, and nothing is removed', async () => {
    const buffer = await open();
    await appendOne(buffer, orders, payloadOf(1, 10));
    await buffer.close();
    copyFileSync(segmentPath(path(''), 1), path('copy'));
    writeFileSync(segmentPath(path(''), 1), 'this is not a database');
    await expect(open()).rejects.toMatchObject({ message: expect.stringContaining('Segment 1 of the buffer cannot be read') });
    renameSync(path('copy'), segmentPath(path(''), 1));
    const again = await open();
    expect((await claimAll(again, orders)).batches).toHaveLength(1);
    await again.close();
  });

  it('is refused when the catalogue is gone but segments are there: what was loaded is not known', async () => {
    const buffer = await open();
    await appendOne(buffer, orders, payloadOf(1, 10));
    await buffer.close();
    rmSync(path(catalogFile));
    await expect(open()).rejects.toMatchObject({ message: expect.stringContaining('no catalogue') });
  });

  it('is refused when a segment belongs to another buffer', async () => {
    for (const name of ['buffer', 'other']) {
      const buffer = await open(name);
      await appendOne(buffer, orders, payloadOf(1, 10));
      await buffer.close();
    }
    copyFileSync(segmentPath(join(directory, 'other'), 1), segmentPath(path(''), 2));
    await expect(open()).rejects.toMatchObject({ message: expect.stringContaining('another buffer') });
  });

  it('removes what a crash left half-made: an empty segment file and an unfinished rewrite', async () => {
    const buffer = await open();
    await appendOne(buffer, orders, payloadOf(1, 10));
    await buffer.close();
    writeFileSync(segmentPath(path(''), 2), '');
    writeFileSync(path(compactingFile), 'half');
    const again = await open();
    expect(existsSync(path(compactingFile))).toBe(false);
    expect(listSegments(path(''))).toEqual([1]);
    expect((await claimAll(again, orders)).batches).toHaveLength(1);
    await again.close();
  });

  it('takes a finished rewrite instead of the files it replaces, which a crash left beside it', async () => {
    const buffer = await open();
    for (const seed of [1, 2, 3]) await appendOne(buffer, orders, payloadOf(seed, 60_000));
    await buffer.close();
    expect(listSegments(path(''))).toEqual([1, 2, 3]);
    const rewritten = createSegmentFile(
      segmentPath(path(''), 4),
      { incarnation: buffer.incarnation, replaces: [1, 2] },
      { synchronous: 'full', journal: 'off' },
    );
    rewritten.transaction(() => {
      for (const seed of [1, 2]) rewritten.insert(orders, { position: seed, receivedAt: 1, records: 1, payload: payloadOf(seed, 60_000) });
    });
    rewritten.close();
    const again = await open();
    expect(listSegments(path(''))).toEqual([3, 4]);
    const { batches } = await claimAll(again, orders);
    expect(batches.map(({ position }) => position)).toEqual([1, 2, 3]);
    await again.close();
  });
});
