import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Buffer, Stream } from '../../src/buffer/buffer.ts';
import { bufferModelProperty } from './buffer-model.ts';
import { appendOne, claimAll } from './buffer-steps.ts';
import { digestOf, payloadOf } from './payload.ts';

interface OpenOptions {
  /** Names the place: opening it again finds what was stored there. */
  readonly directory: string;
  readonly maxBytes?: number;
  readonly maxBytesPerSource?: number;
}

const orders: Stream = { sourceId: 1, table: 'orders' };
const mebibyte = 1024 * 1024;

/** What every implementation of `Buffer` must do. `open` opens a place anew or again. */
export function describeBuffer(name: string, open: (options: OpenOptions) => Promise<Buffer>): void {
  describe(`${name} as a buffer`, { timeout: 30_000 }, () => {
    let directory: string;
    let buffer: Buffer;
    const start = async (options: Omit<OpenOptions, 'directory'> = {}): Promise<Buffer> => (buffer = await open({ directory, ...options }));

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'thimble-buffer-'));
      await start();
    });
    afterEach(async () => {
      await buffer.close();
      await rm(directory, { recursive: true });
    });
    const reopen = async (options: Omit<OpenOptions, 'directory'> = {}): Promise<Buffer> => {
      await buffer.close();
      return start(options);
    };

    describe('append and claim', () => {
      it('hands back exactly what was appended, in append order', async () => {
        const sizes = [1, 0, 100, 5_000, 70_000, 3 * mebibyte];
        for (const [seed, size] of sizes.entries()) {
          const batches = [{ table: 'orders', records: seed + 1, payload: payloadOf(seed, size) }];
          await buffer.append({ sourceId: 1, receivedAt: 1_700_000_000_000 + seed, batches });
        }
        const { batches } = await claimAll(buffer, orders);
        expect(batches.map(({ receivedAt, records }) => [receivedAt, records])).toEqual(
          sizes.map((_, seed) => [1_700_000_000_000 + seed, seed + 1]),
        );
        expect(batches.map(({ payload }) => digestOf(payload))).toEqual(sizes.map((size, seed) => digestOf(payloadOf(seed, size))));
      });

      it('gives rising positions across sources and tables, and the last of a request in the answer', async () => {
        const request = (sourceId: number, tables: string[]) => ({
          sourceId,
          receivedAt: 1,
          batches: tables.map((table) => ({ table, records: 1, payload: payloadOf(1, 10) })),
        });
        const first = await buffer.append(request(1, ['a', 'b', 'a']));
        const second = await buffer.append(request(2, ['a']));
        expect(second.lastPosition).toBeGreaterThan(first.lastPosition);
        expect(buffer.head).toBe(second.lastPosition);
        const a = await claimAll(buffer, { sourceId: 1, table: 'a' });
        const b = await claimAll(buffer, { sourceId: 1, table: 'b' });
        const positions = [a.batches[0], b.batches[0], a.batches[1]].map((batch) => batch?.position ?? 0);
        expect(positions).toEqual([...positions].sort((x, y) => x - y));
        expect(new Set(positions).size).toBe(3);
        expect(positions.at(-1)).toBe(first.lastPosition);
      });

      it('keeps the order of appends that were under way at the same time', async () => {
        const appends = Array.from({ length: 200 }, (_, seed) => appendOne(buffer, orders, payloadOf(seed, 50 + seed)));
        const positions = await Promise.all(appends);
        expect(positions).toEqual([...positions].sort((a, b) => a - b));
        const { batches } = await claimAll(buffer, orders);
        expect(batches.map(({ position }) => position)).toEqual(positions);
        for (const [seed, { payload }] of batches.entries()) expect(payload).toEqual(payloadOf(seed, 50 + seed));
      });

      it('respects maxBytes and maxBatches but hands out at least one batch', async () => {
        for (const seed of [1, 2, 3, 4]) await appendOne(buffer, orders, payloadOf(seed, 1_000));
        const sizeOf = async (limits: { maxBytes: number; maxBatches?: number }): Promise<number> => {
          const claim = await buffer.claim(orders, limits);
          if (claim !== undefined) buffer.release(claim);
          return claim?.batches.length ?? 0;
        };
        expect(await sizeOf({ maxBytes: 1 })).toBe(1);
        expect(await sizeOf({ maxBytes: 1_999 })).toBe(1);
        expect(await sizeOf({ maxBytes: 2_000 })).toBe(2);
        expect(await sizeOf({ maxBytes: 10_000 })).toBe(4);
        expect(await sizeOf({ maxBytes: 10_000, maxBatches: 3 })).toBe(3);
      });

      it('keeps streams apart whose table names are hard to tell apart', async () => {
        const tables = ['t', 'T', 't ', '', '1:t', "t'; DROP TABLE batch; --", 'tä', 'ta\u0308', '__proto__', 't\u0000u', '😀'];
        for (const [seed, table] of tables.entries()) await appendOne(buffer, { sourceId: 1, table }, payloadOf(seed, 20));
        await reopen();
        expect(
          buffer
            .backlog()
            .map(({ table }) => table)
            .sort(),
        ).toEqual([...tables].sort());
        for (const [seed, table] of tables.entries()) {
          const { batches } = await claimAll(buffer, { sourceId: 1, table });
          expect(batches.map(({ payload }) => payload)).toEqual([payloadOf(seed, 20)]);
        }
      });

      it('takes ownership of payloads without harming the block a view belongs to', async () => {
        const block = payloadOf(9, 100);
        await appendOne(buffer, orders, block.subarray(10, 20));
        expect(block).toEqual(payloadOf(9, 100));
        expect((await claimAll(buffer, orders)).batches[0]?.payload).toEqual(payloadOf(9, 100).slice(10, 20));
      });

      it('has nothing to hand out for a stream without batches', async () => {
        expect(await buffer.claim(orders, { maxBytes: 1_000 })).toBeUndefined();
        await buffer.append({ sourceId: 1, receivedAt: 1, batches: [] });
        expect(buffer.backlog()).toEqual([]);
      });
    });

    describe('claims, acknowledgements, releases', () => {
      it('gives a stream to one claimant only, and other streams to others', async () => {
        await appendOne(buffer, orders, payloadOf(1, 10));
        await appendOne(buffer, { sourceId: 1, table: 'lines' }, payloadOf(2, 10));
        const [one, two] = await Promise.all([buffer.claim(orders, { maxBytes: 100 }), buffer.claim(orders, { maxBytes: 100 })]);
        expect([one, two].filter((claim) => claim !== undefined)).toHaveLength(1);
        expect(buffer.backlog().find(({ table }) => table === 'orders')?.claimed).toBe(true);
        await expect(claimAll(buffer, { sourceId: 1, table: 'lines' })).resolves.toBeDefined();
      });

      it('never hands out again what was acknowledged, and continues behind it', async () => {
        const positions = [];
        for (const seed of [1, 2, 3, 4]) positions.push(await appendOne(buffer, orders, payloadOf(seed, 10)));
        const first = await claimAll(buffer, orders);
        await buffer.ack(first, positions[1]);
        const second = await claimAll(buffer, orders);
        expect(second.batches.map(({ position }) => position)).toEqual(positions.slice(2));
        expect(second.acknowledged).toBe(positions[1]);
        await buffer.ack(second);
        expect(await buffer.claim(orders, { maxBytes: 100 })).toBeUndefined();
        expect(buffer.usage().pendingBytes).toBe(0);
      });

      it('hands out the same batches again after a release', async () => {
        for (const seed of [1, 2]) await appendOne(buffer, orders, payloadOf(seed, 10));
        const first = await claimAll(buffer, orders);
        buffer.release(first);
        buffer.release(first);
        expect((await claimAll(buffer, orders)).batches).toEqual(first.batches);
      });

      it('takes an acknowledgement twice, refuses one of a released claim, and cuts one off that reaches beyond the claim', async () => {
        await appendOne(buffer, orders, payloadOf(1, 10));
        const claim = await claimAll(buffer, orders);
        await appendOne(buffer, orders, payloadOf(2, 10));
        await Promise.all([buffer.ack(claim, Number.MAX_SAFE_INTEGER), buffer.ack(claim)]);
        await buffer.ack(claim);
        buffer.release(claim);
        const next = await claimAll(buffer, orders);
        expect(next.batches.map(({ payload }) => payload)).toEqual([payloadOf(2, 10)]);
        buffer.release(next);
        await expect(buffer.ack(next)).rejects.toThrow(/released/);
        expect(buffer.backlog()).toMatchObject([{ batches: 1, claimed: false }]);
      });

      it('treats an acknowledgement below the claim as a release', async () => {
        const position = await appendOne(buffer, orders, payloadOf(1, 10));
        await buffer.ack(await claimAll(buffer, orders), position - 1);
        expect((await claimAll(buffer, orders)).batches).toHaveLength(1);
      });

      it('tells listeners of every commit which streams gained a batch, until they unsubscribe', async () => {
        const seen: string[] = [];
        const stop = buffer.onAppend((streams) => seen.push(...streams.map(({ sourceId, table }) => `${sourceId}:${table}`)));
        await appendOne(buffer, orders, payloadOf(1, 10));
        await Promise.all([appendOne(buffer, orders, payloadOf(1, 10)), appendOne(buffer, { sourceId: 2, table: 'x' }, payloadOf(1, 10))]);
        expect(new Set(seen)).toEqual(new Set(['1:orders', '2:x']));
        expect(seen.length).toBeGreaterThanOrEqual(3);
        stop();
        const before = seen.length;
        await appendOne(buffer, orders, payloadOf(1, 10));
        expect(seen).toHaveLength(before);
      });
    });

    describe('after closing and opening again', () => {
      it('has kept everything appended and nothing acknowledged', async () => {
        const positions = [];
        for (const seed of [1, 2, 3]) positions.push(await appendOne(buffer, orders, payloadOf(seed, 1_000)));
        await buffer.ack(await claimAll(buffer, orders), positions[0]);
        const { incarnation } = buffer;
        const before = buffer.backlog();
        await reopen();
        expect(buffer.incarnation).toBe(incarnation);
        expect(buffer.head).toBe(positions[2]);
        expect(buffer.backlog()).toEqual(before);
        const { batches, acknowledged } = await claimAll(buffer, orders);
        expect(acknowledged).toBe(positions[0]);
        expect(batches.map(({ position, payload }) => [position, payload])).toEqual([
          [positions[1], payloadOf(2, 1_000)],
          [positions[2], payloadOf(3, 1_000)],
        ]);
      });

      it('hands out again what was claimed and not acknowledged', async () => {
        await appendOne(buffer, orders, payloadOf(1, 10));
        await claimAll(buffer, orders);
        await reopen();
        expect(buffer.backlog()).toMatchObject([{ batches: 1, claimed: false }]);
        expect((await claimAll(buffer, orders)).batches).toHaveLength(1);
      });

      it('never uses a position twice, also when everything was drained', async () => {
        let highest = 0;
        for (let round = 0; round < 4; round += 1) {
          for (const seed of [1, 2, 3]) {
            const position = await appendOne(buffer, orders, payloadOf(seed, 100));
            expect(position).toBeGreaterThan(highest);
            highest = position;
          }
          await buffer.ack(await claimAll(buffer, orders));
          await reopen();
          expect(buffer.head).toBe(highest);
        }
      });

      it('has a different incarnation in another place', async () => {
        const other = await open({ directory: join(directory, 'other') });
        expect(other.incarnation).not.toBe(buffer.incarnation);
        expect(buffer.incarnation).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
        await other.close();
      });

      it('refuses appends once closed, finishes those before, and closes twice without complaint', async () => {
        const accepted = Array.from({ length: 20 }, (_, seed) => appendOne(buffer, orders, payloadOf(seed, 1_000)));
        const closed = buffer.close();
        await expect(appendOne(buffer, orders, payloadOf(1, 10))).rejects.toMatchObject({ name: 'BufferUnavailableError' });
        await Promise.all([...accepted, closed, buffer.close()]);
        await start();
        expect((await claimAll(buffer, orders)).batches).toHaveLength(20);
      });
    });

    describe('bounds', () => {
      it('refuses an append over the bound in all, stores nothing of it, and takes it after a drain', async () => {
        await reopen({ maxBytes: 100_000, maxBytesPerSource: 100_000 });
        await appendOne(buffer, orders, payloadOf(1, 60_000));
        const pending = buffer.usage().pendingBytes;
        expect(pending).toBeGreaterThanOrEqual(60_000);
        const two = {
          sourceId: 2,
          receivedAt: 1,
          batches: [1, 2].map((seed) => ({ table: 't', records: 1, payload: payloadOf(seed, 25_000) })),
        };
        await expect(buffer.append(two)).rejects.toMatchObject({ name: 'BufferFullError', scope: 'total' });
        expect(buffer.usage().pendingBytes).toBe(pending);
        expect(buffer.backlog()).toHaveLength(1);
        await buffer.ack(await claimAll(buffer, orders));
        await buffer.append({ ...two, batches: [1, 2].map((seed) => ({ table: 't', records: 1, payload: payloadOf(seed, 25_000) })) });
      });

      it('refuses a source over its share while its neighbour is served', async () => {
        await reopen({ maxBytes: 1_000_000, maxBytesPerSource: 50_000 });
        await appendOne(buffer, orders, payloadOf(1, 40_000));
        await expect(appendOne(buffer, orders, payloadOf(2, 20_000))).rejects.toMatchObject({ name: 'BufferFullError', scope: 'source' });
        await appendOne(buffer, { sourceId: 2, table: 'orders' }, payloadOf(3, 40_000));
        await reopen({ maxBytes: 1_000_000, maxBytesPerSource: 50_000 });
        await expect(appendOne(buffer, orders, payloadOf(2, 20_000))).rejects.toMatchObject({ name: 'BufferFullError', scope: 'source' });
      });

      it('gives each source a quarter by default', async () => {
        await reopen({ maxBytes: 100_000 });
        expect(buffer.usage()).toMatchObject({ maxBytes: 100_000, maxBytesPerSource: 25_000 });
      });

      it('counts appends that are under way', async () => {
        await reopen({ maxBytes: 1_000_000, maxBytesPerSource: 100_000 });
        const outcomes = await Promise.allSettled(
          Array.from({ length: 30 }, (_, seed) => appendOne(buffer, orders, payloadOf(seed, 9_000))),
        );
        const stored = outcomes.filter(({ status }) => status === 'fulfilled').length;
        expect(stored).toBe(11);
        expect((await claimAll(buffer, orders)).batches).toHaveLength(stored);
      });

      it('refuses an append whose deadline is over and stores nothing of it', async () => {
        const request = { sourceId: 1, receivedAt: 1, batches: [{ table: 'orders', records: 1, payload: payloadOf(1, 10) }] };
        await expect(buffer.append(request, { deadline: performance.now() - 1 })).rejects.toMatchObject({ name: 'BufferUnavailableError' });
        expect(buffer.usage().pendingBytes).toBe(0);
        const later = { ...request, batches: [{ table: 'orders', records: 1, payload: payloadOf(1, 10) }] };
        await buffer.append(later, { deadline: performance.now() + 60_000 });
        expect((await claimAll(buffer, orders)).batches).toHaveLength(1);
      });
    });

    it(
      'behaves like the model under random interleavings of append, claim, acknowledgement, release and reopening',
      { timeout: 120_000 },
      async () => {
        await buffer.close();
        await fc.assert(bufferModelProperty(open), { seed: 20_261_121, numRuns: 25 });
        await start();
      },
    );
  });
}
