/** `npm run bench [-- --json]`: figures of this machine, each beside a floor measured in the same run. */
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { measureVerify } from './verify.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
const verify = await measureVerify();
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memory_gb: Math.round(totalmem() / 2 ** 30),
  node: process.versions.node,
};

if (values.json === true) process.stdout.write(`${JSON.stringify({ verify, machine })}\n`);
else {
  process.stdout.write(`${machine.cores} cores (${machine.cpu}), ${machine.memory_gb} GB, Node ${machine.node}\n`);
  process.stdout.write(`verify: p50 ${verify.p50_us.toFixed(2)} µs, p99 ${verify.p99_us.toFixed(2)} µs, ${Math.round(verify.per_s)}/s`);
  process.stdout.write(` (floor, a bare HMAC: ${Math.round(verify.floor_per_s)}/s)\n`);
}
