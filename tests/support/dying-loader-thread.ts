/** The loader thread, except that it ends at once when asked to load the table `deadly`. */
import { parentPort } from 'node:worker_threads';
import type { ThreadRequest } from '../../src/loader/thread-messages.ts';

parentPort?.on('message', (request: ThreadRequest) => {
  if (request.kind === 'load' && request.input.window.table === 'deadly') process.exit(7);
});
await import('../../src/loader/loader-thread.ts');
