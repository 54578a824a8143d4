/** A backlog of 2 GB drains, and the disk is free again. */
import { statfsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createEmbeddedBuffer } from '../../src/buffer/embedded/embedded-buffer.ts';
import { payloadOf } from '../support/payload.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const mebibyte = 2 ** 20;
const batches = 2048;

it(`${batches} batches of 1 MiB wait on disk, are handed out in order, and leave nothing behind`, async ({ skip }) => {
  const directory = temporaryDirectory();
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize < 6 * 1024 * mebibyte) return skip('less than 6 GB of disk are free');
  const buffer = await createEmbeddedBuffer({ directory, maxBytes: 4096 * mebibyte, maxBytesPerSource: 4096 * mebibyte });
  try {
    const stream = { sourceId: 1, table: 'rows' };
    const payload = payloadOf(1, mebibyte);
    for (let from = 0; from < batches; from += 16) {
      const group = Array.from({ length: 16 }, () =>
        buffer.append({ sourceId: 1, receivedAt: 1, batches: [{ table: 'rows', records: 1, payload: payload.slice() }] }),
      );
      await Promise.all(group);
    }
    expect(buffer.usage().diskBytes).toBeGreaterThan(batches * mebibyte);
    let drained = 0;
    let last = 0;
    for (
      let claim = await buffer.claim(stream, { maxBytes: 32 * mebibyte });
      claim !== undefined;
      claim = await buffer.claim(stream, { maxBytes: 32 * mebibyte })
    ) {
      for (const { position } of claim.batches) {
        expect(position).toBeGreaterThan(last);
        last = position;
      }
      drained += claim.batches.length;
      await buffer.ack(claim);
    }
    expect(drained).toBe(batches);
    expect(buffer.usage()).toMatchObject({ pendingBytes: 0 });
    expect(buffer.usage().diskBytes).toBeLessThan(16 * mebibyte);
  } finally {
    await buffer.close();
  }
});
