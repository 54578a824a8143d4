import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { connectOperator } from '../../src/cli/operator-client.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { createTestSource, type TestSource } from '../support/test-app.ts';
import { thimble } from '../support/thimble-command.ts';
import { waitUntilLoaded } from '../support/wait-until-loaded.ts';

const folder = mkdtempSync(join(tmpdir(), 'thimble-cli-'));
const dataDirectory = join(folder, 'data');
const operator = connectOperator({ positionals: [], flags: { data: dataDirectory } });
let server: ServerProcess;
let source: TestSource;

beforeAll(async () => {
  server = await startServerProcess({ dataDirectory });
  source = await createTestSource({ operator, url: server.url });
});
afterAll(async () => {
  await server.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

describe('the command line', () => {
  it('lists every command with --help, and explains each', async () => {
    const { code, out } = await thimble('--help');
    expect(code).toBe(0);
    for (const { name } of commands) expect(out).toContain(name);
    expect((await thimble('operator', 'account', 'create', '--help')).out).toContain('--company');
    expect((await thimble('operator', '--help')).out).toContain('operator api-key create');
  });

  it('answers wrong usage with a sentence and exit code 64', async () => {
    expect(await thimble('frobnicate')).toMatchObject({ code: 64, err: expect.stringContaining('frobnicate') });
    expect(await thimble('query')).toMatchObject({ code: 64, err: expect.stringContaining('Usage: thimble query') });
    expect(await thimble('serve', '--port', 'x')).toMatchObject({ code: 64, err: expect.stringContaining('--port') });
    expect(await thimble('serve', '--nonsense')).toMatchObject({ code: 64 });
  });

  it('refuses a second server on the same data directory with exit code 2, and the first goes on', async () => {
    const second = await thimble('serve', '--data', dataDirectory, '--port', '0');
    expect(second.code).toBe(2);
    expect(second.err).toContain(dataDirectory);
    expect((await fetch(new URL('/healthz', server.url))).status).toBe(200);
  });

  it('creates accounts and API keys as one JSON object each', async () => {
    const created = await thimble(
      'operator',
      'account',
      'create',
      '--company',
      'Beta',
      '--email',
      'bo@example.com',
      '--data',
      dataDirectory,
      '--json',
    );
    expect(created.code).toBe(0);
    const account: Record<string, unknown> = JSON.parse(created.out);
    expect(account).toMatchObject({ account_id: expect.any(Number), user_id: expect.any(Number), setup_url: null });
    const key = await thimble(
      'operator',
      'api-key',
      'create',
      '--account',
      String(account['account_id']),
      '--description',
      'x',
      '--data',
      dataDirectory,
      '--json',
    );
    expect(JSON.parse(key.out)).toEqual({ id: expect.any(Number), api_key: expect.stringMatching(/^ac_[0-9A-Za-z]{50}$/) });
    const listed = await thimble('operator', 'account', 'list', '--data', dataDirectory, '--json');
    expect(JSON.parse(listed.out)).toContainEqual(expect.objectContaining({ account_id: account['account_id'], company: 'Beta' }));
  });

  it('says so when no server runs on the directory', async () => {
    const { code, err } = await thimble('status', '--data', join(folder, 'nothing'));
    expect(code).toBe(1);
    expect(err).toContain('No server is running');
  });

  it('pushes a file, stops at a broken line, resumes after the repair, and loads every line once', async () => {
    const file = join(folder, 'rows.ndjson');
    const lines = Array.from({ length: 12_000 }, (_, index) => `{"id":${index},"big":9007199254740993,"ratio":${index}.0}`);
    writeFileSync(file, [...lines.slice(0, 11_000), '{"id":', ...lines.slice(11_001)].join('\n'));
    const push = ['push', file, '--url', server.url.origin, '--token', source.token, '--table', 'rows', '--key', 'id'];
    const broken = await thimble(...push);
    expect(broken).toMatchObject({ code: 1, err: expect.stringContaining('Line 11001 is not JSON') });
    expect(existsSync(`${file}.thimble-push.json`)).toBe(true);
    expect(await thimble(...push, '--key', 'other')).toMatchObject({ code: 1, err: expect.stringContaining('begin anew') });

    const { mtime } = statSync(file);
    writeFileSync(file, lines.join('\n').padEnd(statSync(file).size, ' '));
    expect(await thimble(...push)).toMatchObject({ code: 1, err: expect.stringContaining('the file changed') });
    expect(mtime).toBeInstanceOf(Date);
    rmSync(`${file}.thimble-push.json`);
    const complete = await thimble(...push);
    expect(complete).toMatchObject({ code: 0, out: '12000 records were accepted into rows.\n' });
    expect(existsSync(`${file}.thimble-push.json`)).toBe(false);

    await waitUntilLoaded(operator);
    const { out } = await thimble(
      'query',
      'SELECT count(*) AS n, min(big) AS big, max(_sdc_sequence) - min(_sdc_sequence) AS span FROM shop.rows',
      '--data',
      dataDirectory,
      '--account',
      String(source.accountId),
      '--json',
    );
    expect(JSON.parse(out)).toEqual([{ n: 12_000, big: '9007199254740993', span: 11_999 }]);
  });

  it('prints a table for people', async () => {
    const { out } = await thimble('query', "SELECT 1 AS one, 'x' AS two", '--data', dataDirectory, '--account', String(source.accountId));
    expect(out).toBe('one  two\n---  ---\n  1  x\n');
  });

  it('copies the warehouse while the server runs; the copy opens elsewhere', async () => {
    const copy = join(folder, 'copy.duckdb');
    expect(await thimble('warehouse', 'copy', copy, '--data', dataDirectory, '--account', String(source.accountId))).toMatchObject({
      code: 0,
    });
    const instance = await DuckDBInstance.create(copy);
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll('SELECT count(*)::INTEGER FROM shop.rows');
    expect(reader.getRows()).toEqual([[12_000]]);
    connection.closeSync();
    instance.closeSync();
    expect(await thimble('warehouse', 'copy', copy, '--data', dataDirectory, '--account', String(source.accountId))).toMatchObject({
      code: 1,
    });
  });

  it('verifies the audit chain', async () => {
    const { code, out } = await thimble('audit', 'verify', '--data', dataDirectory, '--json');
    expect(code).toBe(0);
    const { head } = JSON.parse(out);
    expect((await thimble('audit', 'verify', '--head', head, '--data', dataDirectory)).code).toBe(0);
  });

  it('stops cleanly on SIGTERM and finds everything again', async () => {
    expect(await server.end('SIGTERM')).toBe(0);
    server = await startServerProcess({ dataDirectory });
    const { rows } = await operator.call('POST', '/query', { sql: 'SELECT count(*) AS n FROM shop.rows', account_id: source.accountId });
    expect(rows).toEqual([{ n: 12_000 }]);
  });
});
