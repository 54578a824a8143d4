/** The real server as a child process, as `npx thimble serve` starts it; ended by the id it was started with. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export const launcher = new URL('../../bin/thimble.js', import.meta.url).pathname;
const main = new URL('../../src/main.ts', import.meta.url).pathname;

export interface ServerProcess {
  readonly url: URL;
  /** Undefined when the entry does not say it. */
  readonly metricsUrl: URL | undefined;
  readonly child: ChildProcess;
  /** Sends a signal and resolves with the exit code, or null after a signal death. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

export interface ServerOptions {
  readonly dataDirectory: string;
  readonly port?: number;
  readonly env?: Record<string, string>;
  /** Entry module with the same flags as `src/main.ts`. */
  readonly entry?: string;
  /** Program and leading arguments put before node, e.g. strace. */
  readonly wrapper?: readonly string[];
}

/** Starts a server and resolves when it says that it is ready; rejects when it ends before. */
export async function startServerProcess({
  dataDirectory,
  port = 0,
  env = {},
  entry = main,
  wrapper = [],
}: ServerOptions): Promise<ServerProcess> {
  const [program, ...args] = [...wrapper, process.execPath, entry, 'serve', '--data', dataDirectory, '--port', String(port)];
  if (program === undefined) throw new RangeError('There is no program to start.');
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, THIMBLE_METRICS_PORT: '0', THIMBLE_LOG_LEVEL: 'warn', ...env },
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-8192)));
  let metricsUrl: URL | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const origin = /^Thimble is ready at (\S+)$/.exec(line)?.[1];
    const metrics = /^Metrics are at (\S+)$/.exec(line)?.[1];
    if (metrics !== undefined) metricsUrl = new URL(metrics);
    if (origin === undefined) continue;
    child.stdout.resume();
    return {
      url: new URL(origin),
      metricsUrl,
      child,
      async end(signal) {
        if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
        const ended = once(child, 'exit');
        child.kill(signal);
        const [code] = (await ended) as [number | null];
        return code;
      },
    };
  }
  if (child.exitCode === null) await once(child, 'exit');
  throw new Error(`The server ended with ${child.exitCode} before it was ready: ${errors}`);
}
