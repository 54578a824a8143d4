/** `thimble move`: an embedded installation with accounts, people, credentials, loaded and waiting data goes to PostgreSQL. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { addPeople, expectPeople, tablesOfPeople, type PeopleToMove } from '../support/people-to-move.ts';
import { postgresVersions } from '../support/postgres-server.ts';
import { usePostgres } from '../support/store-engines.ts';
import { holdWarehouse } from '../support/warehouse-holder.ts';
import { createTestSource, send, startTestApp, type TestApp, type TestSource } from '../support/test-app.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const child = fileURLToPath(new URL('../support/move-child.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly lines: string[];
  readonly errors: string;
}

async function run(args: readonly string[], env: Record<string, string> = {}, killAfterMs = Infinity): Promise<Ended> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const timer = killAfterMs === Infinity ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  clearTimeout(timer);
  return { code: child.exitCode, signal: child.signalCode, lines: output.split('\n').filter(Boolean), errors };
}

/** Runs `thimble move`. */
const move = (dataDirectory: string, DATABASE_URL: string, killAfterMs?: number): Promise<Ended> =>
  run([main, 'move', '--data', dataDirectory], { DATABASE_URL }, killAfterMs);

/** Moves and is killed right after a step, counted from 1. */
const moveUntil = (dataDirectory: string, databaseUrl: string, step: number): Promise<Ended> =>
  run([child, dataDirectory, databaseUrl, String(step)]);

const requests = 40;
/** Makes a table of several buffer files. */
const pad = 'x'.repeat(400);
/** Of the append-only table, so that a record loaded twice is seen. */
function push(system: Pick<TestApp, 'url'>, source: TestSource, table: string, from: number): Promise<{ status: number }> {
  const messages = Array.from({ length: 25 }, (_, index) => ({ action: 'upsert', sequence: from + index, data: { n: from + index, pad } }));
  const body = JSON.stringify({ table_name: table, schema: {}, key_names: [], messages });
  return send(system.url, 'POST', '/v2/import/batch', { token: source.token, body });
}

async function pushAll(system: TestApp, source: TestSource, table: string): Promise<void> {
  for (let request = 0; request < requests; request += 1) expect((await push(system, source, table, request * 25)).status).toBe(201);
}

describe.each(postgresVersions)('thimble move, to PostgreSQL %i', { timeout: 240_000 }, (version) => {
  const databases = usePostgres({ version });
  let original: string;
  let source: TestSource;
  let revoked: TestSource;
  let head: unknown;
  let people: PeopleToMove;

  beforeAll(async () => {
    original = mkdtempSync(join(tmpdir(), 'thimble-move-'));
    let system = await startTestApp({ dataDirectory: original });
    people = await addPeople(system);
    source = await createTestSource(system);
    revoked = await createTestSource(system, 'Gone');
    await send(system.url, 'DELETE', `/v4/sources/${revoked.sourceId}/tokens/${revoked.tokenId}`, { token: revoked.apiKey });
    await pushAll(system, source, 'loaded');
    await push(system, source, 'odd \u0000 name', 0);
    await system.app.drain();
    await system.app.stop();
    // A server that can load nothing, with small files.
    const holder = await holdWarehouse(original);
    afterAll(() => holder.letGo());
    system = await startTestApp({
      dataDirectory: original,
      configure: (config) => ({ ...config, buffer: { ...config.buffer, segmentBytes: 64 * 1024 } }),
    });
    await Promise.all([pushAll(system, source, 'waiting'), pushAll(system, source, 'loaded')]);
    head = await headOf(system);
    await system.app.stop();
    await holder.letGo();
  });
  afterAll(() => rmSync(original, { recursive: true, force: true }));

  function copyOfTheInstallation(): string {
    const directory = mkdtempSync(join(tmpdir(), 'thimble-move-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    cpSync(original, directory, { recursive: true });
    return directory;
  }

  async function expectWhole(dataDirectory: string, databaseUrl: string): Promise<void> {
    const system = await startTestApp({ dataDirectory, databaseUrl });
    onTestFinished(() => system.app.stop());
    expect(await headOf(system)).toBe(head);
    expect((await push(system, source, 'waiting', requests * 25)).status).toBe(201);
    expect((await push(system, revoked, 'waiting', 0)).status).toBe(401);
    await system.app.drain();
    const select = (table: string): string => `SELECT count(*) AS n, count(DISTINCT n) AS d, min(n) AS lo, max(n) AS hi FROM shop.${table}`;
    const all = requests * 25;
    expect(await system.query(select('waiting'), source.accountId)).toEqual([{ n: all + 25, d: all + 25, lo: 0, hi: all + 24 }]);
    // Sent twice, before and after the first load, with the same numbers.
    expect(await system.query(select('loaded'), source.accountId)).toEqual([{ n: 2 * all, d: all, lo: 0, hi: all - 1 }]);
    expect(await system.query('SELECT count(DISTINCT incarnation) AS n FROM _thimble.ledger', source.accountId)).toEqual([{ n: 1 }]);
    expect(await system.operator.call('GET', '/audit/verify')).toMatchObject({ ok: true });
    await expectPeople(system, people);
    const more = await createTestSource(system, 'Later');
    expect(more.sourceId).toBeGreaterThan(revoked.sourceId);
    expect((await push(system, more, 'fresh', 0)).status).toBe(201);
    await system.app.stop();
  }

  it('carries everything over, and closes the copy that stays behind', async () => {
    const [dataDirectory, databaseUrl] = [copyOfTheInstallation(), await databases.newDatabase()];
    const { code, lines, errors } = await move(dataDirectory, databaseUrl);
    expect([code, errors]).toEqual([0, '']);
    for (const table of tablesOfPeople) expect(lines).toContainEqual(expect.stringMatching(new RegExp(`copied ${table}: [1-9]\\d* rows`)));
    expect(lines.at(-2)).toMatch(/^Moved \d+ rows of \d+ tables and \d+ waiting batches/);
    await expect(startTestApp({ dataDirectory })).rejects.toMatchObject({
      name: 'MovedError',
      message: expect.stringContaining('was moved to PostgreSQL'),
    });
    const again = await move(dataDirectory, databaseUrl);
    expect([again.code, again.lines]).toEqual([0, ['This installation was moved to this database before: nothing is left to do.']]);
    await expectWhole(dataDirectory, databaseUrl);
  });

  if (version !== 18) return;

  it('is resumed after kills at every kind of step, and nobody may serve meanwhile', async () => {
    const [dataDirectory, databaseUrl] = [copyOfTheInstallation(), await databases.newDatabase()];
    const { lines: steps } = await move(copyOfTheInstallation(), await databases.newDatabase());
    const at = (part: string): number => steps.findIndex((line) => line.includes(part)) + 1;
    const buffer = at('of the buffer:');
    for (const step of [1, at('copied credential'), at('copied the control store'), buffer, buffer + 2, at('copied the buffer')]) {
      expect((await moveUntil(dataDirectory, databaseUrl, step)).signal).toBe('SIGKILL');
      await expect(startTestApp({ dataDirectory: emptyDirectory(), databaseUrl })).rejects.toMatchObject({ name: 'MovedError' });
    }
    for (const killAfterMs of [300, 500, 700]) await move(dataDirectory, databaseUrl, killAfterMs);
    const { signal } = await moveUntil(dataDirectory, databaseUrl, at('closed the embedded store'));
    await expect(startTestApp({ dataDirectory })).rejects.toMatchObject({ name: 'MovedError' });
    const last = await move(dataDirectory, databaseUrl);
    expect(last).toMatchObject({ code: 0, errors: '' });
    // A kill after so many milliseconds may have come too late.
    if (signal === 'SIGKILL')
      expect(last.lines.filter((line) => line.includes('of the buffer:'))).toEqual(
        expect.arrayContaining([expect.stringMatching(/^found segment/)]),
      );
    await expectWhole(dataDirectory, databaseUrl);
  });

  it('copies again what changed when the installation was served between two attempts', async () => {
    const [dataDirectory, databaseUrl] = [copyOfTheInstallation(), await databases.newDatabase()];
    const { lines: steps } = await move(copyOfTheInstallation(), await databases.newDatabase());
    const middle = steps.findIndex((line) => line.includes('of the buffer:')) + 4;
    expect((await moveUntil(dataDirectory, databaseUrl, middle)).signal).toBe('SIGKILL');
    const system = await startTestApp({ dataDirectory });
    await system.app.drain();
    await send(system.url, 'DELETE', `/v4/sources/${source.sourceId}/tokens/${source.tokenId}`, { token: source.apiKey });
    await system.app.stop();
    expect(await move(dataDirectory, databaseUrl)).toMatchObject({ code: 0, errors: '' });
    const moved = await startTestApp({ dataDirectory, databaseUrl });
    onTestFinished(() => moved.app.stop());
    expect((await push(moved, source, 'waiting', 0)).status).toBe(401);
    await moved.app.drain();
    expect(await moved.query('SELECT count(*) AS n FROM shop.waiting', source.accountId)).toEqual([{ n: requests * 25 }]);
  });

  it('refuses a database that holds something else, a running server, and a directory without an installation', async () => {
    const databaseUrl = await databases.newDatabase();
    const other = await startTestApp({ dataDirectory: emptyDirectory(), databaseUrl });
    const dataDirectory = copyOfTheInstallation();
    expect(await move(dataDirectory, databaseUrl)).toMatchObject({ code: 2, errors: expect.stringContaining('in use by another server') });
    await other.app.stop();
    expect(await move(dataDirectory, databaseUrl)).toMatchObject({ code: 1, errors: expect.stringContaining('not empty') });
    expect(await move(emptyDirectory(), databaseUrl)).toMatchObject({ code: 1, errors: expect.stringContaining('no installation') });
    const running = await startTestApp({ dataDirectory });
    onTestFinished(() => running.app.stop());
    expect(await move(dataDirectory, await databases.newDatabase())).toMatchObject({ code: 2, errors: expect.stringContaining('in use') });
  });

  it('can be undone by intent alone, after which PostgreSQL is not served with this directory', async () => {
    const [dataDirectory, databaseUrl] = [copyOfTheInstallation(), await databases.newDatabase()];
    expect((await move(dataDirectory, databaseUrl)).code).toBe(0);
    const back = await startTestApp({ dataDirectory, configure: (config) => ({ ...config, undoMove: true }) });
    expect((await push(back, source, 'waiting', 0)).status).toBe(201);
    await back.app.stop();
    await (await startTestApp({ dataDirectory })).app.stop();
    await expect(startTestApp({ dataDirectory, databaseUrl })).rejects.toMatchObject({
      name: 'MovedError',
      message: expect.stringContaining('was not moved to PostgreSQL'),
    });
    expect(await move(dataDirectory, databaseUrl)).toMatchObject({ code: 1, errors: expect.stringContaining('undone') });
  });
});

async function headOf(system: TestApp): Promise<unknown> {
  const { buffer } = (await system.operator.call('GET', '/status')) as { buffer: { head: unknown } };
  return buffer.head;
}

function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'thimble-move-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
