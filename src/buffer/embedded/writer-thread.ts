import { parentPort, workerData } from 'node:worker_threads';
import { unpackAppends } from './append-parcel.ts';
import type { JobsMessage } from './outbox.ts';
import type { WriterOptions } from './protocol.ts';
import { createWriter } from './writer.ts';

const port = parentPort;
if (port === null) throw new Error('The writer thread is started by the embedded buffer.');

try {
  const writer = createWriter(
    workerData as WriterOptions,
    (message, transfer) => port.postMessage(message, transfer ?? []),
    () => port.close(),
  );
  port.on('message', ({ appends, jobs }: JobsMessage) => {
    for (const job of unpackAppends(appends)) writer.receive(job);
    for (const job of jobs) writer.receive(job);
  });
} catch (error) {
  port.postMessage({ kind: 'open-failed', reason: error instanceof Error ? error.message : String(error) });
  port.close();
}
