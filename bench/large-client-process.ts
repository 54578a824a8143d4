/** A process of its own that sends one large body over and over, each connection at once after its answer, and counts the answers. */
import { readFileSync } from 'node:fs';
import { Agent, request, type IncomingMessage } from 'node:http';
import type { LargeReport, LargeTask } from './run-large-client.ts';

const task = JSON.parse(process.argv[2] ?? '') as LargeTask;
const body = readFileSync(task.file);
const agent = new Agent({ keepAlive: true, maxSockets: task.connections });
const headers = {
  authorization: `Bearer ${task.token}`,
  'content-type': 'application/json',
  'content-length': body.byteLength,
  ...(task.encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
};

function send(): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = request({ agent, host: '127.0.0.1', port: task.port, method: 'POST', path: '/v2/import/batch', headers });
    call.on('response', (answer) => {
      answer.resume();
      answer.on('error', reject);
      answer.on('end', () => resolve(answer));
    });
    // After its answer, a server that refused the rest of a body may cut the connection.
    call.on('error', reject);
    call.end(body);
  });
}

/** 2xx or, where the server has no room, 503 with Retry-After: nothing else is a right answer. */
function isAccepted({ statusCode = 0, headers: answered }: IncomingMessage): boolean {
  if (statusCode >= 200 && statusCode < 300) return true;
  if (statusCode === 503 && answered['retry-after'] !== undefined) return false;
  throw new Error(`A large body was answered ${statusCode}.`);
}

async function main(): Promise<LargeReport> {
  const startedAt = performance.now();
  const endAt = startedAt + task.measureMs;
  const waitedMs: number[] = [];
  let refused = 0;
  async function run(): Promise<void> {
    while (performance.now() < endAt) {
      const sentAt = performance.now();
      if (isAccepted(await send())) waitedMs.push(performance.now() - sentAt);
      else refused += 1;
    }
  }
  await Promise.all(Array.from({ length: task.connections }, run));
  const sorted = waitedMs.sort((a, b) => a - b);
  const elapsedMs = performance.now() - startedAt;
  return { accepted: sorted.length, refused, elapsedMs, p50Ms: sorted[Math.floor(sorted.length / 2)] ?? 0, maxMs: sorted.at(-1) ?? 0 };
}

process.stdout.write(JSON.stringify(await main()));
process.exit(0);
