import { defineConfig } from 'vitest/config';

// The flag is the launcher's: without it V8 aborts now and then when a thread ends.
const execArgv = ['--no-memory-protection-keys'];
const common = {
  environment: 'node' as const,
  pool: 'forks' as const,
  execArgv,
  testTimeout: 30_000,
  hookTimeout: 60_000,
  setupFiles: ['tests/support/hold-replies.ts'],
};

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['src/**/*.test.ts', 'contract/**/*.test.ts', 'client/**/*.test.ts', 'web/**/*.test.ts', 'tooling/**/*.test.ts'],
        },
      },
      { test: { ...common, name: 'flows', include: ['tests/flows/**/*.test.ts'], testTimeout: 120_000 } },
      {
        test: {
          ...common,
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          // A page may take its time on a busy machine.
          expect: { poll: { timeout: 15_000 } },
          globalSetup: 'tests/e2e/prepare.ts',
        },
      },
      {
        test: {
          ...common,
          name: 'clients',
          include: ['tests/clients/**/*.test.ts'],
          testTimeout: 120_000,
          globalSetup: 'tests/clients/install.ts',
        },
      },
      { test: { ...common, name: 'faults', include: ['tests/faults/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 120_000 } },
    ],
  },
});
