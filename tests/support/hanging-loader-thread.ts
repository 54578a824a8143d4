/** The loader thread, except that asked to load the table `hanging` it never answers anything again, and so does it when it is closed. */
import { parentPort } from 'node:worker_threads';
import type { ThreadRequest } from '../../src/loader/thread-messages.ts';

function hang(): void {
  for (;;);
}

parentPort?.on('message', (request: ThreadRequest) => {
  if (request.kind === 'load' && request.input.window.table === 'hanging') hang();
  if (request.kind === 'close') hang();
});
await import('../../src/loader/loader-thread.ts');
