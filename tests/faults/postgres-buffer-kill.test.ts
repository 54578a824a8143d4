/** PostgreSQL killed while its buffer takes appends and acknowledgements: nothing acknowledged is lost, nothing comes twice, order holds. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPostgresBuffer } from '../../src/buffer/postgres/postgres-buffer.ts';
import type { Buffer, Stream } from '../../src/buffer/buffer.ts';
import { drainStream } from '../support/buffer-steps.ts';
import { readFaultFlags } from '../support/fault-flags.ts';
import { digestOf, payloadOf } from '../support/payload.ts';
import { createRandom } from '../support/random.ts';
import { usePostgres } from '../support/store-engines.ts';

const { rounds, seed, versions } = readFaultFlags({ rounds: 6 });
const sizeOf = (number: number): number => (number % 29 === 0 ? 200_000 : (number * 7919) % 3_000);

describe.each(versions)('the buffer on PostgreSQL %i, killed', (version) => {
  const databases = usePostgres({ version, settings: { fsync: 'on' } });

  it(
    `loses, doubles and reorders nothing over ${rounds} kills of the server (seed ${seed})`,
    { timeout: 60_000 + rounds * 20_000 },
    async () => {
      const url = await databases.newDatabase();
      const random = createRandom(seed + version);
      const deaths: string[] = [];
      const open = (): Promise<Buffer> =>
        createPostgresBuffer({
          url,
          maxBytes: 1e9,
          maxBytesPerSource: 1e9,
          segmentBytes: 2 ** 20,
          findOutcomeMs: 60_000,
          onDeath: (error) => deaths.push(error.message),
        });
      let buffer = await open();
      onTestFinished(() => buffer.close());
      /** By number, the position the append was told; undefined while, or because, it was not. */
      const told = new Map<number, number>();
      const drained: { number: number; position: number }[] = [];
      let next = 1;

      async function appendUntil(signal: AbortSignal, stream: Stream): Promise<void> {
        while (!signal.aborted) {
          const number = next++;
          const batches = [{ table: stream.table, records: number, payload: payloadOf(number, sizeOf(number)) }];
          try {
            told.set(number, (await buffer.append({ sourceId: stream.sourceId, receivedAt: number, batches })).lastPosition);
          } catch (error) {
            expect(error).toMatchObject({ name: 'BufferUnavailableError' });
            await delay(20);
          }
        }
      }

      async function drainUntil(signal: AbortSignal, stream: Stream): Promise<void> {
        while (!signal.aborted) {
          const claim = await buffer.claim(stream, { maxBytes: 100_000 }).catch(() => undefined);
          if (claim === undefined) {
            await delay(5);
            continue;
          }
          try {
            await buffer.ack(claim);
            for (const { records, position, payload } of claim.batches) {
              expect(digestOf(payload)).toBe(digestOf(payloadOf(records, sizeOf(records))));
              drained.push({ number: records, position });
            }
          } catch {
            // Acknowledged or not: told apart at the end.
            for (const { records, position } of claim.batches) unsure.set(records, position);
            buffer.release(claim);
          }
        }
      }

      const unsure = new Map<number, number>();
      const kept: Stream = { sourceId: 1, table: 'kept' };
      const moving: Stream = { sourceId: 1, table: 'moving' };
      for (let round = 0; round < rounds; round += 1) {
        const stop = new AbortController();
        const work = [kept, moving, moving].map((stream) => appendUntil(stop.signal, stream));
        work.push(drainUntil(stop.signal, moving));
        await delay(100 + random() * 900);
        await databases.server().kill();
        await delay(random() * 100);
        await databases.server().start();
        const before = told.size;
        while (told.size < before + 20) await delay(10);
        stop.abort();
        await Promise.all(work);
        if (round % 2 === 1) {
          await buffer.close();
          buffer = await open();
        }
      }
      const left = [...(await drainStream(buffer, kept)), ...(await drainStream(buffer, moving))].map(({ records, position }) => ({
        number: records,
        position,
      }));
      expect(deaths).toEqual([]);

      const seen = new Map<number, number>();
      for (const { number, position } of [...drained, ...left]) {
        expect(seen.has(number), `batch ${number} came twice`).toBe(false);
        seen.set(number, position);
      }
      const lost = [...told].filter(([number, position]) => (seen.get(number) ?? unsure.get(number)) !== position);
      expect(lost).toEqual([]);
      const refusedButStored = [...seen.keys()].filter((number) => !told.has(number));
      expect(refusedButStored).toEqual([]);
      expect(drained.map(({ position }) => position)).toEqual(drained.map(({ position }) => position).sort((a, b) => a - b));
      expect(told.size).toBeGreaterThan(rounds * 20);
    },
  );
});
