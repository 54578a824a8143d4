/** ADR 1: what `npm pack` makes, installed in an empty folder, runs the demo and serves the app. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startServerProcess } from '../support/server-process.ts';

const root = new URL('../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'thimble-pack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the packed tarball installs in an empty folder and runs the demo and the app from there', async () => {
  const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root, encoding: 'utf8' });
  expect(packed.stderr + packed.stdout).toContain('.tgz');
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const installed = spawnSync('npm', ['install', '--no-audit', '--no-fund', join(folder, String(tarball))], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(installed.status, installed.stderr).toBe(0);
  const shipped = readdirSync(join(folder, 'node_modules', 'thimble'));
  expect(shipped).not.toContain('src');
  // npx as a user of the folder would call it, on the host's own node.
  const demo = spawnSync('npx', ['--no-install', 'thimble', 'demo', '--once'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: withoutBin() },
  });
  expect(demo.stdout, demo.stderr).toMatch(/^flights +\d+ +231083$/m);
  expect(demo.status).toBe(0);

  const entry = join(folder, 'node_modules', 'thimble', 'bin', 'thimble.js');
  const server = await startServerProcess({ dataDirectory: join(folder, 'data'), entry });
  try {
    const page = await fetch(new URL('/session/new', server.url));
    const html = await page.text();
    expect([page.status, html]).toEqual([200, expect.stringContaining('<div id="root">')]);
    const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files.filter((path) => /^\/assets\/.+\.(?:js|css)$/.test(path)).length).toBeGreaterThan(1);
    for (const path of files) {
      const file = await fetch(new URL(path, server.url));
      expect([path, file.status, (await file.text()).length > 0]).toEqual([path, 200, true]);
    }
    const described = await fetch(new URL('/openapi/connect.json', server.url));
    expect(await described.json()).toMatchObject({ openapi: '3.1.0', servers: [{ url: server.url.origin }] });
    const entrance = await fetch(new URL('/account/v1/entrance', server.url), { headers: { origin: server.url.origin } });
    expect(await entrance.json()).toMatchObject({ needs_setup: true });
  } finally {
    await server.end('SIGTERM');
  }
}, 240_000);

/** PATH without the checkout's own runtime, so that the launcher has to find the pinned one. */
function withoutBin(): string {
  return (process.env['PATH'] ?? '')
    .split(':')
    .filter((entry) => !entry.includes('node_modules'))
    .join(':');
}
