/** Appends while the trace lets syncs fail, then kills itself: DIRECTORY COUNT. Prints `stored N` or `refused N`. */
import { writeSync } from 'node:fs';
import { createEmbeddedBuffer } from '../../src/buffer/embedded/embedded-buffer.ts';
import { payloadOf } from './payload.ts';

const [directory = '', count] = process.argv.slice(2);
const buffer = await createEmbeddedBuffer({ directory, maxBytes: 1e9 });
for (let number = 1; number <= Number(count); number += 1) {
  const batches = [{ table: 'orders', records: number, payload: payloadOf(number, 5_000) }];
  const stored = await buffer.append({ sourceId: 1, receivedAt: 1, batches }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Error && error.name === 'BufferUnavailableError') return false;
      throw error;
    },
  );
  writeSync(1, `${stored ? 'stored' : 'refused'} ${number}\n`);
  // A refused append is the last thing before some of the deaths.
  if (!stored && number > Number(count) / 2) break;
}
process.kill(process.pid, 'SIGKILL');
