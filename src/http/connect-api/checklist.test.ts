/** Items of the test checklist (connect-api.md §14) that no other test shows whole; the rest is found by `§14.` in the tests of each resource. */
import { describe, expect, it } from 'vitest';

import { connectionCheckRoutes } from '../../../contract/connect-api/connection-checks.ts';
import {
  destination as destinationSchema,
  destinationRoutes,
  destinationV3 as v3Schema,
  destinationV3Routes,
} from '../../../contract/connect-api/destinations.ts';
import { destinationTypeRoutes } from '../../../contract/connect-api/destination-types.ts';
import { jobRoutes } from '../../../contract/connect-api/jobs.ts';
import { loadRoutes } from '../../../contract/connect-api/loads.ts';
import { sessionRoutes } from '../../../contract/connect-api/sessions.ts';
import { sourceRoutes } from '../../../contract/connect-api/sources.ts';
import { sourceTypeRoutes } from '../../../contract/connect-api/source-types.ts';
import { streamRoutes } from '../../../contract/connect-api/streams.ts';
import { tokenRoutes } from '../../../contract/connect-api/tokens.ts';
import { customEmailRoutes } from '../../../contract/notifications-api/custom-emails.ts';
import { hookRoutes } from '../../../contract/notifications-api/hooks.ts';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { insertJob } from '../../../tests/support/insert-job.ts';
import { discover, shopCatalog } from '../../../tests/support/pulled-source.ts';
import { created, properties } from '../../../tests/support/reporting-destination.ts';
import { deleteApiKey } from '../../domain/api-key/delete.ts';
import { disableApiKey } from '../../domain/api-key/disable.ts';
import { endConnectionCheck, startConnectionCheck } from '../../store/queries/connection-check.ts';

const unauthorized = { error: 'Unauthorized', data: { message: 'A valid API access key is required.' } };
const shop = { type: 'import_api', display_name: 'Shop' };
const database = { host: 'db.example.test', port: '5432', user: 'u', password: 'p', dbname: 'd' };
const postgres = { type: 'platform.hp-postgres', display_name: 'Shop DB', properties: database };
const orders = 'shop-public-orders';

async function made(server: ConnectServer, path: string, body?: object): Promise<{ id: number; access_token?: string }> {
  const reply = await server.call('POST', path, body);
  expect(reply.status).toBe(200);
  return reply.body as { id: number; access_token?: string };
}

const select = (selected: boolean): object => ({
  streams: [{ tap_stream_id: orders, metadata: [{ breadcrumb: [], metadata: { selected } }] }],
});

describe('§14.1: a v4 route', () => {
  it('answers 401 to no token, an unknown, a disabled, a deleted one and an Import token', async () => {
    const server = await createConnectServer();
    const { id } = await made(server, '/v4/sources', shop);
    const { access_token: importToken } = await made(server, `/v4/sources/${id}/tokens`);
    const refuses = async (authorization: string): Promise<void> => {
      const { status, body } = await server.call('GET', '/v4/sources', undefined, { authorization });
      expect([status, body]).toEqual([401, unauthorized]);
    };
    await refuses('');
    await refuses(`Bearer ac_${'0'.repeat(50)}`);
    await refuses(`Bearer ${importToken}`);
    await disableApiKey(server.plane.operator, server.key.row.id);
    await refuses(`Bearer ${server.key.token}`);
    await deleteApiKey(server.plane.operator, server.foreign.key.row.id, { compromised: false });
    await refuses(`Bearer ${server.foreign.key.token}`);
  });

  it('takes a lower-case bearer', async () => {
    const server = await createConnectServer();
    expect((await server.call('GET', '/v4/sources', undefined, { authorization: `bearer ${server.key.token}` })).status).toBe(200);
  });
});

it('§14.3: names, and what a new source refuses', async () => {
  const server = await createConnectServer();
  const create = (change: object): ReturnType<ConnectServer['call']> => server.call('POST', '/v4/sources', { ...shop, ...change });
  expect(await create({ display_name: 'Dot.Name (X)-Y' })).toMatchObject({ status: 200, body: { name: 'dotname_x_y' } });
  for (const [change, error] of [
    [{ display_name: 'Dot.Name (X)-Y' }, 'InvalidName'],
    [{ display_name: '####' }, 'InvalidDisplayName'],
    [{ extra: 1 }, 'InvalidBody'],
    [{ type: 'platform.nothing' }, 'InvalidType'],
  ] as const)
    expect(await create(change)).toMatchObject({ status: 400, body: { error } });
});

it('§14.6, §14.8: the report card walks form, discover_schema, field_selection, fully_configured; the schedule is null before and while paused', async () => {
  const server = await createConnectServer();
  const { plane, accountId } = server;
  const { password, ...partial } = database;
  const { id } = await made(server, '/v4/sources', { ...postgres, properties: partial });
  const path = `/v4/sources/${id}`;
  const step = async (): Promise<unknown[]> => {
    const { report_card: card, schedule } = sourceRoutes.getSource.response.parse((await server.call('GET', path)).body);
    expect(card.steps[card.current_step - 1]?.type).toBe(card.current_step_type);
    return [card.current_step, card.current_step_type, schedule?.type];
  };
  expect(await step()).toEqual([1, 'form', undefined]);
  await server.call('PUT', path, { properties: { password } });
  expect(await step()).toEqual([2, 'discover_schema', undefined]);
  // Checks of sources run with taps; one that failed stands in the store as it will.
  const name = `${accountId}.${id}.check.0b6f1f0e-5a53-4c1e-9d0c-2f7f3c7d9a11`;
  await plane.parts.store.transaction(async (tx) => {
    await startConnectionCheck(tx, { connectionId: id, name, startedAt: plane.clock.now });
    await endConnectionCheck(tx, { name, completedAt: plane.clock.now, errorMessage: 'no such host' });
  });
  expect(await step()).toEqual([2, 'discover_schema', undefined]);
  const check = connectionCheckRoutes.getSourceCheck.response.parse((await server.call('GET', `${path}/last-connection-check`)).body);
  expect(check).toMatchObject({ name, status: 'failed', error: true, discovery_error_message: 'no such host' });
  await discover(plane, accountId, id, shopCatalog);
  expect(await step()).toEqual([3, 'field_selection', undefined]);
  expect((await server.call('PUT', `${path}/streams/metadata`, select(true))).body).toEqual({ status: 200 });
  expect(await step()).toEqual([4, 'fully_configured', 'interval']);
  await server.call('PUT', path, { paused_at: '2031-04-02T10:00:00Z' });
  expect(await step()).toEqual([4, 'fully_configured', undefined]);
  await server.call('PUT', path, { paused_at: null });
  await server.call('PUT', `${path}/streams/metadata`, select(false));
  expect(await step()).toEqual([3, 'field_selection', undefined]);
});

it('§14.14: the log of a job that ran is 404 in shape S1 until taps write logs; the redirect to it comes with them', async () => {
  const server = await createConnectServer();
  const { id } = await made(server, '/v4/sources', postgres);
  const name = `${server.accountId}.${id}.sync.5b1f5a3e-6c0d-4b55-8a4f-8d2f0a6f3e77`;
  await insertJob(server, id, name, { completedAt: server.plane.clock.now });
  const path = `/v4/${server.accountId}/extractions`;
  expect(jobRoutes.listExtractions.response.parse((await server.call('GET', path)).body).data).toMatchObject([{ job_name: name }]);
  const { status, headers, body } = await server.call('GET', `${path}/${name}`);
  expect([status, headers.get('location'), body]).toEqual([
    404,
    null,
    { error: 'NotFound', data: { message: `There is no log of a job ${name}.` } },
  ]);
});

it('§14.16: v3 and v4 show one destination in both shapes, and refuse in the documented ones', async () => {
  const server = await createConnectServer();
  await server.call('DELETE', `/v4/destinations/${server.destinationId}`);
  const id = await created(server);
  const path = `/v4/destinations/${id}`;
  const v4 = destinationSchema.parse((await server.call('GET', path)).body);
  const [v3, ...others] = ((await server.call('GET', '/v3/destinations')).body as unknown[]).map((one) => v3Schema.parse(one));
  expect(others).toEqual([]);
  const { id: _, type, created_at, updated_at } = v4;
  expect(v3).toMatchObject({ id, type, created_at, updated_at });
  const { status: _status, ...shown } = v4.properties;
  expect(Object.fromEntries(Object.entries(v3?.connection ?? {}).map(([name, value]) => [name, String(value)]))).toEqual(shown);
  const refused: [string, string, unknown, number][] = [
    ['PUT', path, { type: 'duckdb', properties: {} }, 400],
    ['PUT', `/v3/destinations/${id}`, { type: 'duckdb', connection: properties }, 400],
    ['GET', '/v4/destinations?x=1', undefined, 400],
  ];
  for (const [method, at, body, status] of refused)
    expect({ at, ...(await server.call(method, at, body)) }).toMatchObject({ at, status, body: expect.any(String) });
  const deleted = await server.call('DELETE', path);
  expect([deleted.status, deleted.body]).toEqual([200, {}]);
  expect(await server.call('DELETE', path)).toMatchObject({ status: 400, body: expect.any(String) });
  expect((await server.call('DELETE', '/v4/destinations/abc')).status).toBe(404);
});

const tables = [
  sourceRoutes,
  tokenRoutes,
  streamRoutes,
  sourceTypeRoutes,
  destinationRoutes,
  destinationV3Routes,
  destinationTypeRoutes,
  connectionCheckRoutes,
  jobRoutes,
  loadRoutes,
  sessionRoutes,
  customEmailRoutes,
  hookRoutes,
];

it('§14.21: every known path answers 404 to the methods it does not have', async () => {
  const server = await createConnectServer();
  const methods = Map.groupBy(
    tables.flatMap((table) => Object.values(table)),
    ({ path }) => path,
  );
  expect(methods.size).toBeGreaterThan(20);
  for (const [path, routes] of methods) {
    const at = path.replace('{client_id}', String(server.accountId)).replaceAll(/\{\w+\}/g, '1');
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) {
      if (routes.some((route) => route.method === method)) continue;
      expect({ at, method, status: (await server.call(method, at)).status }).toEqual({ at, method, status: 404 });
    }
  }
});
