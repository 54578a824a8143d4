/** The server with a buffer that never syncs: what the trace of the durability test must notice. Takes the flags of `thimble serve`. */
import { parseArgs } from 'node:util';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';

const { values } = parseArgs({ allowPositionals: true, options: { data: { type: 'string' }, port: { type: 'string' } } });
const config = readConfig(values);
const app = await createApp({ ...config, buffer: { ...config.buffer, synchronous: 'off' } });
const { url } = await app.start();
process.stdout.write(`Thimble is ready at ${url.origin}\n`);
process.on('SIGTERM', () => void app.stop());
