import { describe, expect, it } from 'vitest';
import { loadRoutes } from '../../../contract/connect-api/loads.ts';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { recordLoad, recordLoadFailure } from '../../domain/load/record.ts';

const day = 86_400_000;

async function sourceOf(server: ConnectServer, displayName: string): Promise<number> {
  const { body } = await server.call('POST', '/v4/sources', { type: 'import_api', display_name: displayName });
  return (body as { id: number }).id;
}

async function loaded(server: ConnectServer, sourceId: number, table: string, at = server.plane.clock.now): Promise<void> {
  await recordLoad(server.plane.parts.store, {
    loadId: `${sourceId}/${table}/${at}`,
    sourceId,
    table,
    position: 1,
    destinationId: server.destinationId,
    startedAt: at - 1000,
    batchedAt: at - 500,
    finishedAt: at,
    loaded: { [table]: 1 },
    counts: { received: 1, rejected: 0, superseded: 0, replacedSurrogates: 0 },
    bookmarks: {},
    newVersion: false,
    versions: undefined,
  });
}

async function page(
  server: ConnectServer,
  query = '',
): Promise<{ data: Record<string, unknown>[]; links: object; total: number; page: number }> {
  const { status, body } = await server.call('GET', `/v4/${server.accountId}/loads${query}`);
  expect(status).toBe(200);
  return loadRoutes.listLoads.response.parse(body);
}

describe('§14.15: GET /v4/{client_id}/loads', () => {
  it('has the latest load of each stream by its name, then its source', async () => {
    const server = await createConnectServer();
    expect(await page(server)).toEqual({ data: [], page: 1, total: 0, links: {} });
    const [b, a] = [await sourceOf(server, 'b'), await sourceOf(server, 'a')];
    for (const [source, table] of [
      [b, 'users'],
      [a, 'users'],
      [a, 'Zebras'],
      [b, 'orders'],
    ] as const)
      await loaded(server, source, table);
    server.plane.clock.now += 60_000;
    await loaded(server, b, 'orders');
    const { data, total } = await page(server);
    expect(total).toBe(4);
    expect(data.map((one) => [one['stream_name'], one['source_name'], one['last_batch_loaded_at']])).toEqual([
      ['Zebras', 'a', '2031-04-02T08:59:01Z'],
      ['orders', 'b', '2031-04-02T09:00:01Z'],
      ['users', 'a', '2031-04-02T08:59:01Z'],
      ['users', 'b', '2031-04-02T08:59:01Z'],
    ]);
    expect(data[0]).toMatchObject({ stitch_client_id: server.accountId, error_state: null });
  });

  it("shows a failing stream without a time and with the destination's own words, until it loads again", async () => {
    const server = await createConnectServer();
    const source = await sourceOf(server, 'shop');
    await loaded(server, source, 'orders');
    const message = 'permission denied for schema shop';
    const failedAt = server.plane.clock.now + 1;
    const failure = { sourceId: source, table: 'orders', type: 'destination_unusable', message, sqlState: '42501', failedAt };
    await recordLoadFailure(server.plane.parts.store, failure);
    expect((await page(server)).data).toEqual([
      {
        stitch_client_id: server.accountId,
        source_name: 'shop',
        stream_name: 'orders',
        last_batch_loaded_at: null,
        error_state: {
          notification_data: {
            message: 'The destination cannot be used; its loads are held.',
            exception_message: message,
            error: 'LOADER_WAREHOUSE_ERROR',
            status: 'ERROR',
            action: 'load',
            warehouse_message: message,
            warehouse_error_code: null,
            warehouse_sql_state: '42501',
          },
          exception_chain: [{ class: 'destination_unusable', message, chain_sequence_num: 1, action: 'load' }],
        },
      },
    ]);
    await recordLoadFailure(server.plane.parts.store, { ...failure, type: 'ledger_mismatch', sqlState: undefined });
    expect((await page(server)).data[0]).toMatchObject({
      error_state: { notification_data: { error: 'LOADER_INTERNAL_ERROR', warehouse_message: message, warehouse_sql_state: null } },
    });
    await loaded(server, source, 'orders', failedAt + 1000);
    expect((await page(server)).data).toMatchObject([{ last_batch_loaded_at: '2031-04-02T08:59:02Z', error_state: null }]);
  });

  it('forgets streams without an attempt in 60 days, and knows those that never loaded', async () => {
    const server = await createConnectServer();
    const source = await sourceOf(server, 'shop');
    await loaded(server, source, 'old');
    await loaded(server, source, 'failing');
    server.plane.clock.now += 60 * day + 1000;
    const failedAt = server.plane.clock.now;
    await recordLoadFailure(server.plane.parts.store, { sourceId: source, table: 'failing', type: 'transient', message: 'm', failedAt });
    await recordLoadFailure(server.plane.parts.store, { sourceId: source, table: 'never', type: 'transient', message: 'm', failedAt });
    const { data, total } = await page(server);
    expect(total).toBe(2);
    expect(data.map((one) => one['stream_name'])).toEqual(['failing', 'never']);
  });

  it('comes in pages of 100 with the links there are', async () => {
    const server = await createConnectServer();
    const source = await sourceOf(server, 'shop');
    for (let index = 0; index < 100; index += 1) await loaded(server, source, `t${String(index).padStart(3, '0')}`);
    expect(await page(server)).toMatchObject({ total: 100, links: {} });
    await loaded(server, source, 't100');
    const path = `/v4/${server.accountId}/loads`;
    const first = await page(server);
    expect([first.data.length, first.total, first.links]).toEqual([100, 101, { next: `${path}?page=2` }]);
    const second = await page(server, '?page=2');
    expect(second.data.map((one) => one['stream_name'])).toEqual(['t100']);
    expect([second.page, second.links]).toEqual([2, { previous: `${path}?page=1` }]);
    const beyond = await page(server, '?page=9&other=x');
    expect([beyond.data, beyond.page, beyond.total, beyond.links]).toEqual([[], 9, 101, { previous: `${path}?page=8` }]);
    for (const bad of ['0', '-1', '1.5', 'x', '', '1&page=2', '99999999999']) {
      expect(await server.call('GET', `${path}?page=${bad}`)).toMatchObject({ status: 400, body: { error: 'InvalidQuery' } });
    }
  });

  it('is the account’s own only', async () => {
    const server = await createConnectServer();
    const source = await sourceOf(server, 'shop');
    await loaded(server, source, 'orders');
    for (const other of [server.foreign.accountId, 1, '9'.repeat(40)]) {
      expect(await server.call('GET', `/v4/${other}/loads`)).toMatchObject({ status: 401, body: { error: 'Unauthorized' } });
    }
    const foreign = { authorization: `Bearer ${server.foreign.key.token}` };
    expect((await server.call('GET', `/v4/${server.foreign.accountId}/loads`, undefined, foreign)).body).toMatchObject({ total: 0 });
    expect((await server.call('GET', '/v4/abc/loads')).status).toBe(404);
  });
});
