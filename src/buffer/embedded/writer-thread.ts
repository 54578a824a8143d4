import { parentPort, workerData } from 'node:worker_threads';
import type { Job, WriterOptions } from './protocol.ts';
import { createWriter } from './writer.ts';

const port = parentPort;
if (port === null) throw new Error('The writer thread is started by the embedded buffer.');

try {
  const writer = createWriter(
    workerData as WriterOptions,
    (message, transfer) => port.postMessage(message, transfer ?? []),
    () => port.close(),
  );
  port.on('message', (jobs: readonly Job[]) => {
    for (const job of jobs) writer.receive(job);
  });
} catch (error) {
  port.postMessage({ kind: 'open-failed', reason: error instanceof Error ? error.message : String(error) });
  port.close();
}
