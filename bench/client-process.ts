/** The load: a process of its own that sends prepared requests over keep-alive connections, each waiting for its answer. */
import { openSync, readFileSync, readSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { ClientReport, ClientTask } from './run-client.ts';
import { prefixBytes } from './request-file.ts';

/** Larger files are read request by request. */
const keptBytes = 64 * 2 ** 20;

const task = JSON.parse(process.argv[2] ?? '') as ClientTask;
const nextRequest = openRequests(task.file, task.measureMs !== undefined);
const everyMs = task.everyMs ?? 0;
const latencies: number[] = [];
let answered = 0;
let warmUntil = Infinity;
let endAt = Infinity;

/** Sends one request after the other until there is none left or the time is over. */
function run(socket: Socket, index: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let dueAt = performance.now() + (everyMs * index) / task.connections;
    let answer = '';
    const send = (): void => {
      const request = performance.now() < endAt ? nextRequest() : undefined;
      if (request === undefined) {
        socket.end();
        resolve();
        return;
      }
      socket.write(request);
    };
    const sendWhenDue = (): void => {
      const now = performance.now();
      dueAt = everyMs === 0 ? now : dueAt + everyMs;
      if (dueAt <= now) send();
      else setTimeout(send, dueAt - now);
    };
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      const headLength = answer.indexOf('\r\n\r\n') + 4;
      if (headLength === 3) return;
      const bodyLength = Number(/content-length: (\d+)/i.exec(answer)?.[1]);
      if (answer.length < headLength + bodyLength) return;
      if (!answer.startsWith('HTTP/1.1 20')) {
        reject(new Error(`A request was answered ${answer}`));
        return;
      }
      answer = '';
      const now = performance.now();
      answered += 1;
      if (now >= warmUntil && now < endAt) latencies.push(now - dueAt);
      sendWhenDue();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('The server closed a connection.')));
    sendWhenDue();
  });
}

async function main(): Promise<ClientReport> {
  const sockets = await Promise.all(Array.from({ length: task.connections }, () => open(task.port)));
  const startedAt = performance.now();
  warmUntil = startedAt + (task.warmMs ?? 0);
  if (task.measureMs !== undefined) endAt = warmUntil + task.measureMs;
  await Promise.all(sockets.map(run));
  const elapsedMs = task.measureMs ?? performance.now() - startedAt;
  const sorted = Float64Array.from(latencies).sort();
  const quantile = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { requests: sorted.length, answered, elapsedMs, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** The requests of a file in order; `again`: over and over. */
function openRequests(path: string, again: boolean): () => Buffer | undefined {
  const { size } = statSync(path);
  const file = openSync(path, 'r');
  const kept = size <= keptBytes ? readFileSync(path) : undefined;
  const read = (length: number, at: number): Buffer => {
    if (kept !== undefined) return kept.subarray(at, at + length);
    const bytes = Buffer.allocUnsafe(length);
    readSync(file, bytes, 0, length, at);
    return bytes;
  };
  let at = 0;
  return () => {
    if (at >= size) {
      if (!again) return undefined;
      at = 0;
    }
    const length = read(prefixBytes, at).readUInt32LE();
    const request = read(length, at + prefixBytes);
    at += prefixBytes + length;
    return request;
  };
}

process.stdout.write(JSON.stringify(await main()));
process.exit(0);
