/** The steps of `npm run check` and `npm test`, run one after another with their output passed through. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';

export const root = new URL('..', import.meta.url).pathname;

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs a program of `node_modules/.bin`, or `node` itself; true when it ended with 0. */
export function runStep(title: string, program: string, args: readonly string[]): boolean {
  const startedAt = performance.now();
  process.stdout.write(`\n── ${title}\n`);
  const file = program === 'node' ? process.execPath : `${root}node_modules/.bin/${program}`;
  const { status, error } = spawnSync(file, args, { cwd: root, stdio: 'inherit', env: { ...process.env, FORCE_COLOR: '0' } });
  if (error !== undefined) process.stdout.write(`${error.message}\n`);
  process.stdout.write(`── ${title}: ${status === 0 ? 'ok' : 'FAILED'} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`);
  return status === 0;
}

/** Runs one vitest project and reads its counts; a project whose files all failed to load counts as one failure. */
export function runTests(project: string, args: readonly string[] = []): Counts {
  mkdirSync(`${root}.cache`, { recursive: true });
  const report = `${root}.cache/${project}.json`;
  const ok = runStep(`${project} tests`, 'vitest', [
    'run',
    '--config',
    'tooling/vitest.config.ts',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...args,
  ]);
  const counts: { numPassedTests: number; numFailedTests: number; numPendingTests: number } = JSON.parse(readFileSync(report, 'utf8'));
  return {
    passed: counts.numPassedTests,
    failed: Math.max(counts.numFailedTests, ok ? 0 : 1),
    skipped: counts.numPendingTests,
  };
}

export function addCounts(all: readonly Counts[]): Counts {
  return all.reduce((sum, { passed, failed, skipped }) => ({
    passed: sum.passed + passed,
    failed: sum.failed + failed,
    skipped: sum.skipped + skipped,
  }));
}

/** Everything `npm run check` does before the unit tests: one result per step. */
export function runStaticChecks(): boolean[] {
  return [
    runStep('format', 'oxfmt', [
      '-c',
      'tooling/oxfmtrc.json',
      '--ignore-path',
      'tooling/oxfmtignore',
      '--ignore-path',
      '.gitignore',
      '--check',
      '.',
    ]),
    runStep('lint', 'oxlint', ['-c', 'tooling/oxlintrc.json', '--type-aware', '.']),
    runStep('types', 'tsc', ['-p', 'tsconfig.json']),
    runStep('types of the app', 'tsc', ['-p', 'tooling/tsconfig.web.json']),
    runStep('boundaries', 'depcruise', [
      '--config',
      'tooling/dependency-cruiser.cjs',
      'src',
      'contract',
      'client',
      'web',
      'examples',
      'bin',
    ]),
    runStep('dead code', 'knip', ['-c', 'tooling/knip.json']),
    runStep('documents', 'node', ['tooling/check-documents.ts']),
    runStep('openapi', 'node', ['tooling/openapi.ts', '--check']),
  ];
}
