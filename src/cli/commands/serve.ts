import { createApp } from '../../app.ts';
import { readConfig } from '../../config/config.ts';
import { findText, type Invocation } from '../command.ts';
import { explainStart } from '../start-errors.ts';
import { stopSignal } from '../stop-signal.ts';

export async function run(invocation: Invocation): Promise<number> {
  const config = readConfig({
    data: findText(invocation, 'data'),
    host: findText(invocation, 'host'),
    port: findText(invocation, 'port'),
    'public-url': findText(invocation, 'public-url'),
    'undo-move': invocation.flags['undo-move'] === true,
  });
  const stop = stopSignal();
  const app = await createApp(config).catch(explainStart);
  try {
    const { url, metricsUrl, setupUrl } = await app.start();
    process.stdout.write(`Metrics are at ${metricsUrl.href}metrics\nThimble is ready at ${url.origin}\n`);
    if (setupUrl !== undefined) process.stdout.write(`Open ${setupUrl} to begin.\n`);
    const failure = await Promise.race([stop, app.failed]);
    if (failure !== undefined) throw failure;
  } finally {
    await app.stop();
  }
  return 0;
}
