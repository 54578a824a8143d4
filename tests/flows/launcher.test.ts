import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launcher, startServerProcess } from '../support/server-process.ts';

/** Variables of the server that a launcher started (proc(5)). */
async function readServerEnvironment(launcherId: number): Promise<Map<string, string>> {
  const children = await readFile(`/proc/${launcherId}/task/${launcherId}/children`, 'utf8');
  const environment = await readFile(`/proc/${children.trim()}/environ`, 'utf8');
  return new Map(environment.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

describe.skipIf(process.platform !== 'linux')('the launcher on Linux', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'thimble-launcher-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('starts the server with settings that give memory back, leaves those of the operator, and ends it with itself', async () => {
    const server = await startServerProcess({ dataDirectory: directory, entry: launcher, env: { MALLOC_ARENA_MAX: '5' } });
    const environment = await readServerEnvironment(server.child.pid ?? 0);
    expect(environment.get('MALLOC_MMAP_THRESHOLD_')).toBe('131072');
    expect(environment.get('MALLOC_ARENA_MAX')).toBe('5');
    expect((await fetch(new URL('/healthz', server.url))).status).toBe(200);
    expect(await server.end('SIGTERM')).toBe(0);
    await expect(fetch(new URL('/healthz', server.url))).rejects.toThrow();
  });
});
