/** Installs the Python clients, once per lock file, into `.cache`; vitest runs this before the tests of this folder. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

/** The folder of the installed programs, or why there is none. */
type InstalledClients = { readonly programs: string } | { readonly missing: string };

declare module 'vitest' {
  interface ProvidedContext {
    readonly clients: InstalledClients;
  }
}

const root = new URL('../../', import.meta.url).pathname;
const requirements = `${root}tests/clients/requirements.lock`;
/** What the source packages among the requirements are built with, installed first. */
const buildTools = `${root}tests/clients/build.lock`;

export function setup(project: TestProject): void {
  const clients = installClients();
  if ('missing' in clients)
    process.stdout.write(`The tests with real clients are ${process.env['CI'] ? 'failing' : 'skipped'}: ${clients.missing}\n`);
  project.provide('clients', clients);
}

function installClients(): InstalledClients {
  const version = run('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version)']);
  if (!version.ok) return { missing: `python3 with venv and pip is not there (${version.reason})` };
  const hash = createHash('sha256').update(readFileSync(buildTools)).update(readFileSync(requirements)).update(version.output);
  const folder = `${root}.cache/clients-${hash.digest('hex').slice(0, 16)}`;
  const isComplete = `${folder}/complete`;
  if (!existsSync(isComplete)) {
    rmSync(folder, { recursive: true, force: true });
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes'];
    for (const [program, args] of [
      ['python3', ['-m', 'venv', folder]],
      [`${folder}/bin/python`, [...install, '-r', buildTools]],
      [`${folder}/bin/python`, [...install, '--no-build-isolation', '-r', requirements]],
    ] as const) {
      const step = run(program, args);
      if (!step.ok) return { missing: `the packages of tests/clients/requirements.lock cannot be installed (${step.reason})` };
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
