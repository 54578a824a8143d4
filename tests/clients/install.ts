/** Installs the Python clients, once per set of lock files, into `.cache`; vitest runs this before the tests of this folder. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

/** The folder of the installed programs, or why there is none. */
type InstalledClients = { readonly programs: string } | { readonly missing: string };

/** Clients that cannot be installed side by side are in sets of their own; the lock files of each in the order they are installed. */
const sets = {
  /** `build.lock` is what source packages among the requirements are built with. */
  push: ['build.lock', 'requirements.lock'],
  connect: ['requirements-connect.lock'],
  prefect: ['requirements-prefect.lock'],
} as const;

export type ClientSet = keyof typeof sets;

declare module 'vitest' {
  interface ProvidedContext {
    readonly clients: Readonly<Record<ClientSet, InstalledClients>>;
  }
}

const root = new URL('../../', import.meta.url).pathname;

export function setup(project: TestProject): void {
  const install = (set: ClientSet): InstalledClients => {
    const clients = installClients(sets[set]);
    if ('missing' in clients)
      process.stdout.write(`The tests with the ${set} clients are ${process.env['CI'] ? 'failing' : 'skipped'}: ${clients.missing}\n`);
    return clients;
  };
  project.provide('clients', { push: install('push'), connect: install('connect'), prefect: install('prefect') });
}

function installClients(locks: readonly string[]): InstalledClients {
  const version = run('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version)']);
  if (!version.ok) return { missing: `python3 with venv and pip is not there (${version.reason})` };
  const hash = createHash('sha256');
  for (const lock of locks) hash.update(readFileSync(`${root}tests/clients/${lock}`));
  const folder = `${root}.cache/clients-${hash.update(version.output).digest('hex').slice(0, 16)}`;
  const isComplete = `${folder}/complete`;
  if (!existsSync(isComplete)) {
    rmSync(folder, { recursive: true, force: true });
    const made = run('python3', ['-m', 'venv', folder]);
    if (!made.ok) return { missing: `an environment for ${locks.join(' and ')} cannot be made (${made.reason})` };
    for (const lock of locks) {
      const options = ['--quiet', '--disable-pip-version-check', '--no-build-isolation', '--require-hashes'];
      const step = run(`${folder}/bin/python`, ['-m', 'pip', 'install', ...options, '-r', `${root}tests/clients/${lock}`]);
      if (!step.ok) return { missing: `the packages of tests/clients/${lock} cannot be installed (${step.reason})` };
    }
    writeFileSync(isComplete, '');
  }
  return { programs: `${folder}/bin` };
}

function run(program: string, args: readonly string[]): { readonly ok: boolean; readonly output: string; readonly reason: string } {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 600_000 });
  const lines = (stderr ?? '').trim().split('\n');
  const reason = error?.message ?? lines.findLast((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? '';
  return { ok: status === 0, output: stdout ?? '', reason };
}
