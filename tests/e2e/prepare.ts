/** Builds the app and unpacks the browser before the tests of this folder; vitest runs it once. */
import { spawnSync } from 'node:child_process';
import type { TestProject } from 'vitest/node';
import { unpackBrowser } from '../support/browser-program.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly browserProgram: string;
  }
}

export async function setup(project: TestProject): Promise<void> {
  const { status } = spawnSync(process.execPath, [new URL('../../tooling/build-web.ts', import.meta.url).pathname], { stdio: 'inherit' });
  if (status !== 0) throw new Error('The app cannot be built.');
  project.provide('browserProgram', await unpackBrowser());
}
