/** The commands that speak the Connect API, each as a process of its own against a running server. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectApiRoutes } from '../../contract/connect-api/routes.ts';
import { shopCatalog } from '../support/pulled-source.ts';
import { createTestSource, startTestApp, type TestApp, type TestSource } from '../support/test-app.ts';
import { thimble } from '../support/thimble-command.ts';

let app: TestApp;
let made: TestSource;

beforeAll(async () => {
  app = await startTestApp();
  made = await createTestSource(app);
  vi.stubEnv('THIMBLE_URL', app.url.origin);
  vi.stubEnv('THIMBLE_API_KEY', made.apiKey);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await app.stop();
});

/** What a command prints with --json. Fails the test when the command fails. */
async function json(...args: string[]): Promise<unknown> {
  const { code, out, err } = await thimble(...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}

describe('thimble source', () => {
  it('creates, shows, changes, pauses, unpauses, lists and deletes', async () => {
    const created = connectApiRoutes.createSource.response.parse(
      await json('source', 'create', '--type', 'import_api', '--name', 'My Shop'),
    );
    expect(created).toMatchObject({ name: 'my_shop', type: 'import_api' });
    const id = String(created.id);
    expect(await json('source', 'update', id, '--name', 'Our Shop')).toMatchObject({ display_name: 'Our Shop', name: 'my_shop' });
    expect(await json('source', 'update', id, '--properties', '{"on_delete":"hard"}')).toMatchObject({ properties: { on_delete: 'hard' } });
    expect(await json('source', 'pause', id)).toMatchObject({ paused_at: expect.stringMatching(/Z$/) });
    expect((await thimble('source', 'get', id)).out).toMatch(/Our Shop +paused/);
    expect(await json('source', 'unpause', id)).toMatchObject({ paused_at: null });
    expect((await thimble('source', 'delete', id)).out).toMatch(/Our Shop +deleted/);
    expect((await thimble('source', 'list')).out).toMatch(/Shop +active[^]*Our Shop +deleted/);
  });

  it('says in one sentence what is wrong', async () => {
    expect(await thimble('source', 'get', '999999')).toEqual({ code: 1, out: '', err: 'Source not found (999999).\n' });
    expect(await thimble('source', 'get', 'abc')).toMatchObject({ code: 64, err: expect.stringContaining('abc') });
    expect(await thimble('source', 'create', '--type', 'nothing', '--name', 'x')).toMatchObject({
      code: 1,
      err: expect.stringContaining('nothing'),
    });
    expect(await thimble('source', 'update', '1', '--properties', '[1]')).toMatchObject({
      code: 64,
      err: expect.stringContaining('--properties'),
    });
    expect(await thimble('source', 'update', '1')).toMatchObject({ code: 64, err: expect.stringContaining('--name') });
    expect(await thimble('source', 'list', '--url', 'http://127.0.0.1:1')).toMatchObject({
      code: 1,
      err: 'No server answers at http://127.0.0.1:1.\n',
    });
    vi.stubEnv('THIMBLE_API_KEY', '');
    expect(await thimble('source', 'list')).toMatchObject({ code: 64, err: expect.stringContaining('THIMBLE_API_KEY') });
    vi.stubEnv('THIMBLE_API_KEY', 'ac_wrong');
    expect(await thimble('source', 'list')).toMatchObject({ code: 1, err: expect.stringContaining('key') });
    vi.stubEnv('THIMBLE_API_KEY', made.apiKey);
  });
});

describe('thimble token', () => {
  it('creates a token that writes, lists and revokes it', async () => {
    const source = ['--source', String(made.sourceId)];
    const { id } = connectApiRoutes.createToken.response.parse(await json('token', 'create', ...source));
    expect(await json('token', 'list', ...source)).toEqual([
      { token_id: id, created_at: expect.any(String) },
      { token_id: made.tokenId, created_at: expect.any(String) },
    ]);
    expect(await thimble('token', 'create', ...source)).toMatchObject({ code: 1, out: '' });
    expect((await thimble('token', 'revoke', String(id), ...source)).out).toBe(`Token ${id} is revoked.\n`);
    expect(await json('token', 'list', ...source)).toHaveLength(1);
  });
});

describe('thimble destination', () => {
  it('creates, shows, changes, lists and deletes', async () => {
    const created = await json('destination', 'create', '--type', 'duckdb', '--properties', '{}', '--name', 'Second');
    const { id } = connectApiRoutes.createDestination.response.parse(created);
    expect(await json('destination', 'get', String(id))).toMatchObject({ id, type: 'duckdb', name: 'Second' });
    expect(await json('destination', 'update', String(id), '--description', 'for tests')).toMatchObject({ description: 'for tests' });
    expect(await json('destination', 'list')).toHaveLength(2);
    expect((await thimble('destination', 'delete', String(id))).out).toBe(`Destination ${id} was deleted.\n`);
  });
});

describe('thimble stream and thimble job', () => {
  it('choose streams of a catalog, and say that no tap can be run', async () => {
    const file = join(app.dataDirectory, 'catalog.json');
    writeFileSync(file, JSON.stringify(shopCatalog));
    const source = ['--source', String(made.sourceId)];
    const discover = ['source', 'discover', ...source, '--data', app.dataDirectory, '--catalog'];
    expect(await thimble(...discover, file)).toMatchObject({ code: 1, err: expect.stringContaining('import_api') });
    expect(await json('job', 'list')).toEqual([]);
    expect(await thimble('job', 'start', ...source)).toMatchObject({ code: 1, err: expect.stringContaining('nothing to extract') });

    const store = new DatabaseSync(join(app.dataDirectory, 'store.db'));
    store.prepare("update connection_source set type = 'platform.hp-postgres' where id = ?").run(made.sourceId);
    store.close();
    expect(await thimble(...discover, join(app.dataDirectory, 'none.json'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be read'),
    });
    expect(await thimble(...discover, file)).toMatchObject({ code: 0, out: '3 streams were found, 3 of them new; 0 are gone.\n' });

    const streams = connectApiRoutes.listStreams.response.parse(await json('stream', 'list', ...source));
    const id = streams.find(({ tap_stream_id: name }) => name === 'shop-public-orders')?.stream_id;
    expect(await thimble('job', 'start', ...source)).toMatchObject({ code: 1, err: expect.stringContaining('not fully configured') });
    const select = ['stream', 'select', 'shop-public-orders', ...source];
    expect(await json(...select, '--method', 'incremental', '--key', 'updated_at')).toEqual({ status: 200 });
    expect((await thimble(...select, '--field', 'note,discount', '--off')).out).toBe('note, discount of shop-public-orders: deselected.\n');
    expect((await thimble('stream', 'get', String(id), ...source)).out).toMatch(/note +available +false +true/);
    expect((await thimble('stream', 'list', ...source)).out).toMatch(/orders +true +INCREMENTAL +updated_at/);
    expect(await thimble(...select, '--field', 'shape')).toMatchObject({ code: 1, err: expect.stringContaining('unsupported') });

    expect(await thimble('job', 'start', ...source)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('cannot run the tap'),
    });
    expect((await thimble('job', 'stop', ...source)).out).toBe(`No job of source ${made.sourceId} runs any more.\n`);
  });
});
