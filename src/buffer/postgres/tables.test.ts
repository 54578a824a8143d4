/** What the buffer leaves in the database, and what it gives back. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { appendOne, claimAll, drainStream } from '../../../tests/support/buffer-steps.ts';
import { digestOf, payloadOf } from '../../../tests/support/payload.ts';
import { usePostgres } from '../../../tests/support/store-engines.ts';
import { waitFor } from '../../../tests/support/wait-until-loaded.ts';
import type { Buffer, Stream } from '../buffer.ts';
import { createPostgresBuffer } from './postgres-buffer.ts';

const kibibyte = 1024;
const mebibyte = 1024 * 1024;
const orders: Stream = { sourceId: 1, table: 'orders' };
const stopped: Stream = { sourceId: 1, table: 'stopped' };
const databases = usePostgres();

async function open(url: string, segmentBytes: number): Promise<Buffer> {
  const maxBytes = 1024 * mebibyte;
  const buffer = await createPostgresBuffer({ url, maxBytes, maxBytesPerSource: maxBytes, segmentBytes });
  onTestFinished(() => buffer.close());
  return buffer;
}

async function tablesOf(url: string): Promise<{ name: string; bytes: number }[]> {
  const rows = await databases
    .server()
    .query(
      `select relname as name, pg_total_relation_size(oid)::float8 as bytes from pg_class where relkind = 'r' and relname like 'segment\\_%' order by oid`,
      url.split('/').at(-1),
    );
  return rows as { name: string; bytes: number }[];
}

const total = (tables: readonly { bytes: number }[]): number => tables.reduce((sum, { bytes }) => sum + bytes, 0);

describe('the tables of the PostgreSQL buffer', { timeout: 60_000 }, () => {
  it('begin anew when one is full, are dropped when drained, and payloads are kept as they are', async () => {
    const url = await databases.newDatabase();
    const buffer = await open(url, mebibyte);
    const digests: string[] = [];
    for (let seed = 0; seed < 50; seed += 1) {
      const payload = payloadOf(seed, 100 * kibibyte);
      digests.push(digestOf(payload));
      await appendOne(buffer, orders, payload);
    }
    const full = await tablesOf(url);
    expect(full.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...full.map(({ bytes }) => bytes))).toBeLessThan(1.5 * mebibyte);
    expect(buffer.usage().diskBytes).toBeGreaterThan(0.8 * total(full));
    const storage = await databases
      .server()
      .query(
        `select distinct attstorage as storage from pg_attribute where attname = 'payload' and attrelid::regclass::text like '%segment_%'`,
        url.split('/').at(-1),
      );
    expect(storage).toEqual([{ storage: 'e' }]);
    expect((await drainStream(buffer, orders, mebibyte)).map(({ payload }) => digestOf(payload))).toEqual(digests);
    await waitFor(async () => (await tablesOf(url)).length <= 1);
    await buffer.close();
    await open(url, mebibyte);
    expect((await tablesOf(url)).length).toBeLessThanOrEqual(1);
  });

  it('are rewritten when one stopped stream keeps them, which hands out the same batches then', async () => {
    const url = await databases.newDatabase();
    const buffer = await open(url, mebibyte);
    const kept: string[] = [];
    for (let seed = 0; seed < 60; seed += 1) {
      const payload = payloadOf(seed, 2_000);
      kept.push(digestOf(payload));
      await appendOne(buffer, stopped, payload);
      await appendOne(buffer, orders, payloadOf(seed, 250 * kibibyte));
    }
    expect((await tablesOf(url)).length).toBeGreaterThan(10);
    await drainStream(buffer, orders, 3 * mebibyte);
    await waitFor(async () => {
      await appendOne(buffer, { sourceId: 2, table: 'meanwhile' }, payloadOf(1, 100));
      return (await tablesOf(url)).length <= 2;
    });
    expect(total(await tablesOf(url))).toBeLessThan(4 * mebibyte);
    const claim = await claimAll(buffer, stopped);
    expect(claim.batches.map(({ payload }) => digestOf(payload))).toEqual(kept);
    await buffer.close();
    const again = await open(url, mebibyte);
    const reclaimed = await claimAll(again, stopped);
    expect(reclaimed.batches).toEqual(claim.batches);
    await again.ack(reclaimed);
    expect(again.backlog()).toMatchObject([{ sourceId: 2 }]);
  });

  it('take names of streams that are longer than an index entry may be', async () => {
    const url = await databases.newDatabase();
    const buffer = await open(url, mebibyte);
    const long = { sourceId: 1, table: payloadOf(1, 8_000).reduce((text, byte) => text + String.fromCodePoint(0x4e00 + byte), '') };
    await appendOne(buffer, long, payloadOf(1, 10));
    await buffer.close();
    expect((await claimAll(await open(url, mebibyte), long)).batches).toHaveLength(1);
  });

  it('are found again at once with hundreds of thousands of small batches in them', async () => {
    const url = await databases.newDatabase();
    const buffer = await open(url, 64 * mebibyte);
    const batches = () => Array.from({ length: 20_000 }, () => ({ table: 'orders', records: 1, payload: new Uint8Array(8) }));
    for (let request = 0; request < 5; request += 1) await buffer.append({ sourceId: 1, receivedAt: 1, batches: batches() });
    await buffer.close();
    const again = await open(url, 64 * mebibyte);
    expect(again.backlog()).toMatchObject([{ batches: 100_000, bytes: 100_000 * (8 + 64) }]);
    const claim = await again.claim(orders, { maxBytes: mebibyte, maxBatches: 4_999 });
    expect(claim?.batches).toHaveLength(4_999);
    if (claim !== undefined) await again.ack(claim, claim.batches[2_499]?.position);
    expect(again.backlog()).toMatchObject([{ batches: 97_500 }]);
  });
});
