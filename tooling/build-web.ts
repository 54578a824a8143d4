/** `npm run build:web`, and npm's `prepare`: builds the app. Without development dependencies there is nothing to build it with. */
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

const root = new URL('..', import.meta.url).pathname;
const vite = `${root}node_modules/vite/bin/vite.js`;
if (existsSync(vite)) {
  const { status } = spawnSync(process.execPath, [vite, 'build', '--config', `${root}tooling/vite.config.ts`, '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
    // What a test or a developer set would build the slow, talkative React into the app.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  process.exitCode = status ?? 1;
} else {
  process.stdout.write('The app is not built: its tools are development dependencies.\n');
}
