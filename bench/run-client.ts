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
  /** A connection sends at most one request in this time; its latency counts from when it was due. */
  readonly everyMs?: number;
}

export interface ClientReport {
  /** Measured, that is answered after `warmMs`. */
  readonly requests: number;
  /** All that were answered. */
  readonly answered: number;
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Runs the load client as a process of its own. Rejects when any answer is not 2xx. */
export function runClient(task: ClientTask): Promise<ClientReport> {
  return runProcess('client-process.ts', task);
}

/** Runs a program of this folder with a task, and resolves with the report it prints. */
export async function runProcess<Report>(name: string, task: object): Promise<Report> {
  const entry = new URL(name, import.meta.url).pathname;
  const child = spawn(process.execPath, [entry, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${name} ended with ${String(code)}.`);
  return JSON.parse(output) as Report;
}
