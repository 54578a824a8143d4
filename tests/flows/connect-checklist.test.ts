/** Items of the Connect API's checklist (connect-api.md §14) that need the whole system. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { loadRoutes } from '../../contract/connect-api/loads.ts';
import { source as sourceSchema } from '../../contract/connect-api/sources.ts';
import { connectOperator } from '../../src/cli/operator-client.ts';
import { hasOpenssl, startHttpsReceiver } from '../support/https-receiver.ts';
import { startServerProcess } from '../support/server-process.ts';
import { createTestSource, send, startTestApp, type Reply, type TestApp, type TestSource } from '../support/test-app.ts';
import { waitFor, waitUntilLoaded } from '../support/wait-until-loaded.ts';

const hooksPath = '/notifications/public/v1/api/hooks';
const idOf = ({ body }: Reply): number => (body as { id: number }).id;

/** Pushes one row of a table. */
function push(url: URL, token: string, { accountId }: Pick<TestSource, 'accountId'>, table: string, data: object): Promise<Reply> {
  const row = { client_id: accountId, table_name: table, action: 'upsert', key_names: ['id'], sequence: Date.now(), data };
  return send(url, 'POST', '/v2/import/push', { token, body: [row] });
}

type Loads = ReturnType<(typeof loadRoutes.listLoads.response)['parse']>['data'];

async function loadsOf(url: URL, { accountId, apiKey }: TestSource): Promise<Loads> {
  const { body } = await send(url, 'GET', `/v4/${accountId}/loads`, { token: apiKey });
  return loadRoutes.listLoads.response.parse(body).data;
}

describe('on a server', () => {
  let system: TestApp;
  let source: TestSource;
  beforeAll(async () => {
    system = await startTestApp();
    source = await createTestSource(system);
  });
  afterAll(() => system.stop());
  const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
    send(system.url, method, path, { token: source.apiKey, ...(body === undefined ? {} : { body }) });

  it('§14.7: an Import API source is configured at once, has two tokens at most, shows ids only, and refuses a revoked one', async () => {
    const created = await call('POST', '/v4/sources', { type: 'import_api', display_name: 'Tokens' });
    expect(sourceSchema.parse(created.body).report_card).toMatchObject({ current_step: 2, current_step_type: 'fully_configured' });
    const path = `/v4/sources/${idOf(created)}/tokens`;
    const [first, second] = [await call('POST', path), await call('POST', path)];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await call('POST', path)).toMatchObject({ status: 400, body: { error: 'TokenLimitExceeded' } });
    const { access_token: token } = first.body as { access_token: string };
    const row = { id: 1 };
    expect((await push(system.url, token, source, 'orders', row)).status).toBe(201);
    const listed = await call('GET', path);
    const created_at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;
    expect(listed.body).toEqual([
      { token_id: idOf(second), created_at },
      { token_id: idOf(first), created_at },
    ]);
    const revoked = await call('DELETE', `${path}/${idOf(first)}`);
    expect(revoked.status).toBe(200);
    expect(sourceSchema.parse(revoked.body)).toMatchObject({ id: idOf(created), report_card: { current_step: 2 } });
    expect((await push(system.url, token, source, 'orders', row)).status).toBe(401);
    expect((await push(system.url, (second.body as { access_token: string }).access_token, source, 'orders', row)).status).toBe(201);
  });

  it('§14.15: loads say null for what is well and both messages for what fails, and stamps advance with each load; those of unchanged streams come with taps', async () => {
    const mine = await createTestSource(system, 'Loads');
    const stamp = async (table: string): Promise<Loads[number]> => {
      const load = (await loadsOf(system.url, mine)).find((one) => one.stream_name === table);
      if (load === undefined) throw new Error(`no load of ${table}`);
      return load;
    };
    await push(system.url, mine.token, mine, 'orders', { id: 1 });
    await waitUntilLoaded(system.operator);
    const before = await stamp('orders');
    expect(before).toMatchObject({ stitch_client_id: mine.accountId, source_name: 'loads', error_state: null });
    await waitFor(() => new Date().toISOString() > `${String(before.last_batch_loaded_at).slice(0, -1)}.999Z`);
    await push(system.url, mine.token, mine, 'orders', { id: 2 });
    await waitUntilLoaded(system.operator);
    const after = await stamp('orders');
    expect(String(after.last_batch_loaded_at) > String(before.last_batch_loaded_at)).toBe(true);

    const nowhere = { host: '127.0.0.1', port: 1, database: 'd', username: 'u', password: 'p', ssl: false, encryption_type: 'none' };
    const asMine = { token: mine.apiKey };
    const destination = await send(system.url, 'POST', '/v4/destinations', { ...asMine, body: { type: 'postgres', properties: nowhere } });
    const moved = { ...asMine, body: { destination_id: idOf(destination) } };
    expect((await send(system.url, 'PUT', `/v4/sources/${mine.sourceId}`, moved)).status).toBe(200);
    await push(system.url, mine.token, mine, 'orders', { id: 3 });
    await waitFor(async () => (await stamp('orders')).error_state !== null);
    const failing = await stamp('orders');
    expect(failing.last_batch_loaded_at).toBeNull();
    const { message, warehouse_message: warehouse } = failing.error_state?.notification_data ?? {};
    expect([message, warehouse]).toEqual([expect.stringMatching(/./), expect.stringMatching(/ECONNREFUSED|connect/i)]);
  });
});

/** Certificates need the program `openssl`; without it this test is skipped. */
it.skipIf(!hasOpenssl)(
  '§14.22: hooks are told once of each table, from real loads over real TLS, which go on when a hook fails',
  async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'thimble-test-'));
    onTestFinished(() => rmSync(dataDirectory, { recursive: true, force: true }));
    const receiver = await startHttpsReceiver();
    const authority = join(dataDirectory, 'authority.pem');
    writeFileSync(authority, receiver.certificate);
    const env = { NODE_EXTRA_CA_CERTS: authority, THIMBLE_EPHEMERAL_AS_ACCOUNT_TOKEN: 'on' };
    const server = await startServerProcess({ dataDirectory: join(dataDirectory, 'data'), env });
    onTestFinished(async () => void (await server.end('SIGTERM')));
    const { url } = server;
    const operator = connectOperator({ positionals: [], flags: { data: join(dataDirectory, 'data') } });
    const source = await createTestSource({ operator, url });
    const { accountId, token, apiKey } = source;
    const key = { token: apiKey };
    const [destination] = (await send(url, 'GET', '/v4/destinations', key)).body as { id: number }[];
    const path = `/hook/${randomUUID()}`;
    const hook = { type: 'post_load', destination_id: destination?.id, config: { url: `https://127.0.0.1:${receiver.port}${path}` } };
    const made = await send(url, 'POST', hooksPath, { ...key, body: hook });
    expect(made.status).toBe(200);

    // One body, two tables, one of them with a sub-table.
    const row = { client_id: accountId, action: 'upsert', key_names: ['id'], sequence: 1 };
    const body = [
      { ...row, table_name: 'orders', data: { id: 1, lines: [{ sku: 'a' }, { sku: 'b' }] } },
      { ...row, table_name: 'users', data: { id: 1 } },
    ];
    expect((await send(url, 'POST', '/v2/import/push', { token, body })).status).toBe(201);
    await waitFor(() => receiver.received.length === 2);
    const [orders, users] = receiver.received
      .map((request) => ({ request, told: JSON.parse(request.body) as Record<string, unknown> }))
      .toSorted((one, other) => (String(one.told['source_root_table_name']) < String(other.told['source_root_table_name']) ? -1 : 1));
    expect(orders?.request).toMatchObject({
      method: 'POST',
      path,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'StitchLoadingWebhook',
        'thimble-load-id': expect.any(String) as string,
      },
    });
    expect(orders?.told).toMatchObject({
      version: '1.0',
      integration_name: source.schema,
      source_root_table_name: 'orders',
      destination_root_table_name: 'orders',
      minimum_sdc_batched_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      tables: [
        { source_table_name: 'orders', destination_table_name: 'orders', num_rows: 1, num_rows_rejected: 0 },
        { destination_table_name: 'orders__lines', num_rows: 2, num_rows_rejected: 0 },
      ],
    });
    expect(users?.told).toMatchObject({ tables: [{ destination_table_name: 'users', num_rows: 1 }] });

    // A hook that fails is called again later; what is loaded meanwhile does not wait for it.
    receiver.answer = () => 500;
    expect((await push(url, token, source, 'users', { id: 2 })).status).toBe(201);
    await waitFor(() => receiver.received.length >= 3);
    receiver.answer = () => 'nothing';
    expect((await push(url, token, source, 'users', { id: 3 })).status).toBe(201);
    await waitUntilLoaded(operator);
    const { rows } = (await operator.call('POST', '/query', { sql: `SELECT count(*)::INT AS n FROM ${source.schema}.users` })) as {
      rows: unknown;
    };
    expect(rows).toEqual([{ n: 3 }]);
    expect((await loadsOf(url, source)).map((load) => [load.stream_name, load.error_state])).toEqual([
      ['orders', null],
      ['users', null],
    ]);

    // Here too: an ephemeral token in place of its key, as this server is set (§4.2).
    const ephemeral = (await send(url, 'POST', '/v3/sessions/ephemeral', key)).body as { ephemeral_token: string };
    expect((await send(url, 'GET', hooksPath, { token: ephemeral.ephemeral_token })).body).toMatchObject({
      post_load: [{ id: idOf(made) }],
    });
  },
);
