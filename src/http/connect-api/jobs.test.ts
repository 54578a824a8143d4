import { describe, expect, it } from 'vitest';
import { jobRoutes } from '../../../contract/connect-api/jobs.ts';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { insertJob } from '../../../tests/support/insert-job.ts';
import { discover, insertPulledSource, shopCatalog } from '../../../tests/support/pulled-source.ts';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

async function createPulled(): Promise<{ server: ConnectServer; sourceId: number; sync: string }> {
  const server = await createConnectServer();
  const sourceId = await insertPulledSource(server.plane, server.accountId);
  return { server, sourceId, sync: `/v4/sources/${sourceId}/sync` };
}

async function selectOrders({ plane, accountId, call }: ConnectServer, sourceId: number): Promise<void> {
  await discover(plane, accountId, sourceId, shopCatalog);
  const streams = [{ tap_stream_id: 'shop-public-orders', metadata: [{ breadcrumb: [], metadata: { selected: true } }] }];
  expect((await call('PUT', `/v4/sources/${sourceId}/streams/metadata`, { streams })).status).toBe(200);
}

const refusal = (type: string): object => ({ error: { type, message: expect.any(String) } });

describe('POST sync', () => {
  it('says that a configured source cannot be run here, with no body and with an empty object', async () => {
    const { server, sourceId, sync } = await createPulled();
    await selectOrders(server, sourceId);
    for (const body of [undefined, {}, '']) {
      const reply = await server.call('POST', sync, body, { 'content-type': 'application/json' });
      expect(reply).toMatchObject({ status: 400, body: { error: { type: 'generic', message: expect.stringContaining('cannot run') } } });
      expect(reply.body).not.toHaveProperty('job_name');
    }
  });

  it('says that a source without a selected field is not configured', async () => {
    const { server, sourceId, sync } = await createPulled();
    const unconfigured = { status: 400, body: { error: { type: 'generic', message: expect.stringContaining('not fully configured') } } };
    expect(await server.call('POST', sync)).toMatchObject(unconfigured);
    await discover(server.plane, server.accountId, sourceId, shopCatalog);
    expect(await server.call('POST', sync)).toMatchObject(unconfigured);
  });

  it('§14.11: answers 200 with already_running and makes no second job while one runs', async () => {
    const { server, sourceId, sync } = await createPulled();
    await insertJob(server, sourceId, 'running', { completedAt: null });
    const reply = await server.call('POST', sync);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual(refusal('already_running'));
    expect(await server.plane.parts.store.read.selectFrom('job').select('name').execute()).toEqual([{ name: 'running' }]);
  });

  it('§14.11: answers invalid_source for a source that is deleted, unknown, of another account, or sent data', async () => {
    const { server, sourceId, sync } = await createPulled();
    const pushed = await server.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Pushed' });
    const hook = await insertPulledSource(server.plane, server.accountId, 'webhook.incoming-webhook');
    const paths = ['/v4/sources/999999/sync', `/v4/sources/${(pushed.body as { id: number }).id}/sync`, `/v4/sources/${hook}/sync`];
    for (const path of paths) expect(await server.call('POST', path)).toMatchObject({ status: 400, body: refusal('invalid_source') });
    const foreign = { authorization: `Bearer ${server.foreign.key.token}` };
    expect(await server.call('POST', sync, undefined, foreign)).toMatchObject({ status: 400, body: refusal('invalid_source') });
    const { parts, clock } = server.plane;
    await parts.store.transaction((tx) =>
      tx.updateTable('connection_source').set({ deleted_at: clock.now }).where('id', '=', sourceId).execute(),
    );
    const deleted = await server.call('POST', sync);
    expect(deleted).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_source', message: expect.stringContaining('deleted') } },
    });
  });

  it('has an object in `error` whatever is wrong', async () => {
    const { server, sync } = await createPulled();
    expect(await server.call('POST', sync, undefined, { authorization: '' })).toMatchObject({ status: 401, body: refusal('unauthorized') });
    expect(await server.call('POST', sync, '{', {})).toMatchObject({ status: 400, body: refusal('generic') });
    expect(await server.call('POST', sync, { full: true })).toMatchObject({ status: 400, body: refusal('generic') });
    await server.plane.parts.store.close();
    const failed = await server.call('POST', sync);
    expect(failed.status).toBeGreaterThanOrEqual(500);
    expect(failed.body).toMatchObject({ error: { type: expect.any(String), message: expect.any(String) } });
  });

  it('§14.21: answers 404 to other methods', async () => {
    const { server, sync } = await createPulled();
    for (const method of ['GET', 'PUT']) expect((await server.call(method, sync)).status).toBe(404);
  });
});

it('counts the next run from the start of the newest job, running or not', async () => {
  const { server, sourceId } = await createPulled();
  const { plane, accountId, destinationId } = server;
  await selectOrders(server, sourceId);
  const properties = { host: 'db.example.test', port: '5432', user: 'u', password: 'p', dbname: 'd', frequency_in_minutes: '60' };
  expect((await server.call('PUT', `/v4/sources/${sourceId}`, { destination_id: destinationId, properties })).status).toBe(200);
  const fires = async (): Promise<unknown> => {
    const one = (await server.call('GET', `/v4/sources/${sourceId}`)).body as { schedule: { next_fire_time: string } | null };
    const all = (await server.call('GET', '/v4/sources')).body as { id: number; schedule: unknown }[];
    expect(all.find(({ id }) => id === sourceId)?.schedule).toEqual(one.schedule);
    return one.schedule?.next_fire_time;
  };
  expect(await fires()).toBe('2031-04-02T08:59:01Z');
  const { now } = plane.clock;
  await insertJob(server, await insertPulledSource(plane, accountId), 'of another source', { completedAt: null, startedAt: now });
  await insertJob(server, sourceId, 'earlier', { completedAt: now - 60 * minuteMs, startedAt: now - 90 * minuteMs });
  await insertJob(server, sourceId, 'later', { completedAt: now - 5 * minuteMs, startedAt: now - 10 * minuteMs });
  expect(await fires()).toBe('2031-04-02T09:49:01Z');
  await insertJob(server, sourceId, 'running', { completedAt: null, startedAt: now - minuteMs });
  expect(await fires()).toBe('2031-04-02T09:58:01Z');
});

describe('DELETE sync', () => {
  it('§14.12: ends a running job as Terminated and answers {"status":200}; what it extracted is loaded once taps run', async () => {
    const { server, sourceId, sync } = await createPulled();
    await insertJob(server, sourceId, 'running', { completedAt: null });
    const reply = await server.call('DELETE', sync);
    expect([reply.status, reply.body]).toEqual([200, { status: 200 }]);
    const { body } = await server.call('GET', `/v4/${server.accountId}/extractions`);
    const { data } = jobRoutes.listExtractions.response.parse(body);
    expect(data).toMatchObject([
      {
        job_name: 'running',
        completion_time: '2031-04-02T08:59:01Z',
        discovery_exit_status: null,
        tap_exit_status: null,
        target_exit_status: null,
        discovery_description: 'Terminated',
        tap_description: 'Terminated',
        target_description: 'Terminated',
      },
    ]);
  });

  it('answers the same when nothing runs, and invalid_source for an unknown source', async () => {
    const { server, sync } = await createPulled();
    expect(await server.call('DELETE', sync)).toMatchObject({ status: 200, body: { status: 200 } });
    expect(await server.call('DELETE', '/v4/sources/999999/sync')).toMatchObject({ status: 400, body: refusal('invalid_source') });
  });
});

describe('§14.13: GET extractions', () => {
  it('answers an empty page before the first job', async () => {
    const server = await createConnectServer();
    const { status, body } = await server.call('GET', `/v4/${server.accountId}/extractions`);
    expect([status, body]).toEqual([200, { data: [], page: 1, total: 0, links: {} }]);
  });

  it('lists the job each source completed last, no running or old one, by source', async () => {
    const { server, sourceId } = await createPulled();
    const second = await insertPulledSource(server.plane, server.accountId, 'platform.hubspot');
    const silent = await insertPulledSource(server.plane, server.accountId);
    const theirs = await insertPulledSource(server.plane, server.foreign.accountId);
    const { now } = server.plane.clock;
    await insertJob(server, second, 'second', { completedAt: now - dayMs, status: 1 });
    await insertJob(server, sourceId, 'first', { completedAt: now - 2 * dayMs });
    await insertJob(server, sourceId, 'first, later', { completedAt: now - dayMs });
    await insertJob(server, sourceId, 'first, running', { completedAt: null });
    await insertJob(server, silent, 'old', { completedAt: now - 61 * dayMs });
    await insertJob(server, theirs, 'theirs', { completedAt: now });
    const { body } = await server.call('GET', `/v4/${server.accountId}/extractions`);
    const page = jobRoutes.listExtractions.response.parse(body);
    expect(page).toMatchObject({ page: 1, total: 2, links: {} });
    expect(page.data.map((job) => [job.source_id, job.job_name, job.source_type, job.tap_name, job.tap_exit_status])).toEqual([
      [sourceId, 'first, later', 'tap-postgres', 'tap-postgres', 0],
      [second, 'second', 'tap-hubspot', 'tap-hubspot', 1],
    ]);
    expect(page.data[1]).toMatchObject({ tap_description: 'relation "orders" does not exist', stitch_client_id: server.accountId });
  });

  it('has a next page from 101 sources on, and only a previous link on the last', async () => {
    const server = await createConnectServer();
    const path = `/v4/${server.accountId}/extractions`;
    for (let n = 0; n < 101; n += 1) {
      const sourceId = await insertPulledSource(server.plane, server.accountId);
      await insertJob(server, sourceId, `job ${n}`, { completedAt: server.plane.clock.now });
    }
    const first = (await server.call('GET', path)).body as { data: unknown[] };
    expect(first).toMatchObject({ page: 1, total: 101 });
    expect(first).toHaveProperty('links', { next: `${path}?page=2` });
    expect(first.data).toHaveLength(100);
    const last = (await server.call('GET', `${path}?page=2`)).body as { data: unknown[] };
    expect(last).toHaveProperty('links', { previous: `${path}?page=1` });
    expect(last.data).toHaveLength(1);
    expect((await server.call('GET', `${path}?page=9`)).body).toMatchObject({ data: [], page: 9, total: 101 });
    expect(await server.call('GET', `${path}?page=0`)).toMatchObject({ status: 400, body: { error: 'InvalidQuery' } });
  });

  it("answers 401 for another account's id, and 404 for the log of an unknown job (§14.14)", async () => {
    const server = await createConnectServer();
    for (const rest of ['', '/40217.91033.sync.5b1f5a3e']) {
      expect((await server.call('GET', `/v4/${server.foreign.accountId}/extractions${rest}`)).status).toBe(401);
    }
    const reply = await server.call('GET', `/v4/${server.accountId}/extractions/40217.91033.sync.5b1f5a3e`);
    expect(reply).toMatchObject({ status: 404, body: { error: 'NotFound' } });
  });
});

describe('GET last-connection-check of a source', () => {
  it('§14.8: says why the newest check failed, and 404 before the first', async () => {
    const { server, sourceId } = await createPulled();
    const path = `/v4/sources/${sourceId}/last-connection-check`;
    expect(await server.call('GET', path)).toMatchObject({ status: 404, body: { error: 'NotFound' } });
    const name = `${server.accountId}.${sourceId}.check.5b1f5a3e`;
    const { store } = server.plane.parts;
    await store.transaction((tx) =>
      tx
        .insertInto('connection_check')
        .values({ connection_id: sourceId, name, started_at: 1000, completed_at: 2000, error_message: 'no route to host' })
        .execute(),
    );
    expect(await server.call('GET', path)).toMatchObject({
      status: 200,
      body: { name, mode: 'check', status: 'failed', error: true, discovery_error_message: 'no route to host', target_exit_status: null },
    });
    const unknown = await server.call('GET', '/v4/sources/999999/last-connection-check');
    expect(unknown).toMatchObject({ status: 404, body: { error: 'InvalidId' } });
  });
});
