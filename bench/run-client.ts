import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface ClientTask {
  readonly port: number;
  /** Of `writeRequestFile`. */
  readonly file: string;
  readonly connections: number;
  /** Sends the file over and over for this long after `warmMs`; without it, once. */
  readonly measureMs?: number;
  readonly warmMs?: number;
}

export interface ClientReport {
  readonly requests: number;
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Runs the load client as a process of its own. Rejects when any answer is not 2xx. */
export async function runClient(task: ClientTask): Promise<ClientReport> {
  const entry = new URL('client-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [entry, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`The load client ended with ${String(code)}.`);
  return JSON.parse(output) as ClientReport;
}
