import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, inject } from 'vitest';
import type { ClientSet } from './install.ts';

export interface ClientRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A suite that needs a set of the Python clients: skipped where they cannot be installed, failing there in CI. */
export function describeClient(name: string, suite: () => void, set: ClientSet = 'push'): void {
  describe.skipIf('missing' in inject('clients')[set] && process.env['CI'] === undefined)(name, suite);
}

/** Runs an installed program to its end, with `input` on its standard input and no proxy between it and the server. */
export async function runClient(
  program: string,
  args: readonly string[],
  { input = '', env = {}, cwd, set = 'push' }: { input?: string; env?: Record<string, string>; cwd?: string; set?: ClientSet } = {},
): Promise<ClientRun> {
  const clients = inject('clients')[set];
  if ('missing' in clients) throw new Error(clients.missing);
  const child = spawn(`${clients.programs}/${program}`, args, {
    env: { PATH: process.env['PATH'], NO_PROXY: '*', PYTHONUTF8: '1', ...env },
    cwd,
  });
  const streams = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => (streams[name] += text));
  // A client that gives up early stops reading; its exit code says so.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, ...streams };
}
