import { createApp } from '../../app.ts';
import { readConfig } from '../../config/config.ts';
import { DataDirectoryLockedError } from '../../store/data-lock.ts';
import { CommandError, findText, type Invocation } from '../command.ts';
import { stopSignal } from '../stop-signal.ts';

export async function run(invocation: Invocation): Promise<number> {
  const config = readConfig({
    data: findText(invocation, 'data'),
    host: findText(invocation, 'host'),
    port: findText(invocation, 'port'),
    'public-url': findText(invocation, 'public-url'),
  });
  const stop = stopSignal();
  const app = await createApp(config).catch(explainLock);
  try {
    const { url, metricsUrl } = await app.start();
    process.stdout.write(`Metrics are at ${metricsUrl.href}metrics\nThimble is ready at ${url.origin}\n`);
    const failure = await Promise.race([stop, app.failed]);
    if (failure !== undefined) throw failure;
  } finally {
    await app.stop();
  }
  return 0;
}

function explainLock(error: unknown): never {
  if (error instanceof DataDirectoryLockedError) throw new CommandError(error.message, 2);
  throw error;
}
