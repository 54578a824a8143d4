/** Writes `dist/`: the sources with their types stripped, for `npm pack` (Node refuses type stripping below node_modules, ADR 1). */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;
rmSync(`${root}dist`, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}tooling/tsconfig.build.json`], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
