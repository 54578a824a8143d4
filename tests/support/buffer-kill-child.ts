/** Appends until killed; prints `stored N POSITION` once N is durable, and loads one of two streams: DIRECTORY FIRST SEED. */
import { writeSync } from 'node:fs';
import { createEmbeddedBuffer } from '../../src/buffer/embedded/embedded-buffer.ts';
import { payloadOf } from './payload.ts';
import { killSizes } from './buffer-kill-sizes.ts';

const [directory = '', first, seed] = process.argv.slice(2);
const buffer = await createEmbeddedBuffer({ directory, maxBytes: 1e9, maxBytesPerSource: 1e9, segmentBytes: 512 * 1024 });
const print = (text: string): void => void writeSync(1, `${text}\n`);
let next = Number(first);

async function appendForever(): Promise<never> {
  for (;;) {
    const number = next++;
    const batches = ['kept', 'drained'].map((table) => ({ table, records: number, payload: payloadOf(number, killSizes(table, number)) }));
    const { lastPosition } = await buffer.append({ sourceId: 1, receivedAt: number, batches });
    print(`stored ${number} ${lastPosition}`);
  }
}

async function drainForever(): Promise<never> {
  for (;;) {
    const claim = await buffer.claim({ sourceId: 1, table: 'drained' }, { maxBytes: 50_000 + Number(seed) });
    if (claim === undefined) {
      await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    const last = claim.batches.at(-1)?.position;
    print(`acking ${last}`);
    await buffer.ack(claim);
    print(`acked ${last}`);
  }
}

print('ready');
await Promise.all([appendForever(), appendForever(), appendForever(), appendForever(), drainForever()]);
