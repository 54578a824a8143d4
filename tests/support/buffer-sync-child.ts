/** Appends one batch at a time and marks each append on stdout, for a trace: DIRECTORY full|off COUNT. */
import { writeSync } from 'node:fs';
import { createEmbeddedBuffer } from '../../src/buffer/embedded/embedded-buffer.ts';
import { payloadOf } from './payload.ts';

const [directory = '', synchronous, count] = process.argv.slice(2);
const buffer = await createEmbeddedBuffer({ directory, maxBytes: 1e9, synchronous: synchronous === 'off' ? 'off' : 'full' });
for (let index = 0; index < Number(count); index += 1) {
  const payload = payloadOf(index, index % 10 === 0 ? 200_000 : 500);
  writeSync(1, `begin ${index}\n`);
  await buffer.append({ sourceId: 1, receivedAt: 1, batches: [{ table: 'orders', records: 1, payload }] });
  writeSync(1, `stored ${index}\n`);
  const claim = await buffer.claim({ sourceId: 1, table: 'orders' }, { maxBytes: 1e9 });
  if (claim === undefined) throw new Error('The batch was not there.');
  writeSync(1, `acking ${index}\n`);
  await buffer.ack(claim);
  writeSync(1, `acked ${index}\n`);
}
await buffer.close();
