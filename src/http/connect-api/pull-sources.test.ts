import { describe, expect, it } from 'vitest';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { source as sourceSchema } from '../../../contract/connect-api/sources.ts';
import { findSourceType, sourceTypes } from '../../../contract/connect-api/source-types.ts';
import { endConnectionCheck, startConnectionCheck } from '../../store/queries/connection-check.ts';

const password = 'correct-horse-battery-9';
const properties = { host: 'db.example.test', port: 5432, user: 'reader', password, dbname: 'shop', ssl: false };
const postgres = { type: 'platform.hp-postgres', display_name: 'Shop DB', properties };

interface Reply {
  readonly status: number;
  readonly body: { readonly id: number; readonly properties: Record<string, unknown>; readonly report_card: { current_step_type: string } };
}

async function create(server: ConnectServer, input: object = postgres): Promise<Reply> {
  const { status, body } = await server.call('POST', '/v4/sources', input);
  return { status, body: body as Reply['body'] };
}

async function put(server: ConnectServer, id: number, body: object): Promise<Reply> {
  return (await server.call('PUT', `/v4/sources/${id}`, body)) as unknown as Reply;
}

describe('a source that is pulled', () => {
  it('14.2: is created, read, listed, updated, paused, unpaused and deleted', async () => {
    const server = await createConnectServer();
    const { status, body } = await create(server);
    expect(status).toBe(200);
    expect(sourceSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      type: 'platform.hp-postgres',
      name: 'shop_db',
      schedule: null,
      report_card: { current_step: 2, current_step_type: 'discover_schema' },
    });
    expect(body).not.toHaveProperty('check_job_name');
    expect(body.properties).toEqual({
      host: 'db.example.test',
      port: '5432',
      user: 'reader',
      dbname: 'shop',
      ssl: 'false',
      frequency_in_minutes: '60',
      image_version: '1.latest',
      product: 'pipeline',
    });
    expect((await server.call('GET', `/v4/sources/${body.id}`)).body).toEqual(body);
    expect((await server.call('GET', '/v4/sources')).body).toEqual([body]);
    expect((await put(server, body.id, { display_name: 'Other', paused_at: '2031-04-02T10:00:00' })).body).toMatchObject({
      display_name: 'Other',
      paused_at: '2031-04-02T10:00:00Z',
      schedule: null,
    });
    expect((await put(server, body.id, { paused_at: null })).body).toMatchObject({ paused_at: null });
    const deleted = await server.call('DELETE', `/v4/sources/${body.id}`);
    expect(deleted.body).toMatchObject({ id: body.id, deleted_at: '2031-04-02T08:59:01Z', schedule: null });
    expect(await server.plane.parts.store.read.selectFrom('connection_secret').selectAll().execute()).toEqual([]);
  });

  it('14.4: is refused with the names of its bad properties and a report card', async () => {
    const server = await createConnectServer();
    const { body } = await create(server);
    for (const bad of [
      { ssl: 'yes' },
      { port: 'x' },
      { port: 1.5 },
      { port: 2 ** 60 },
      { port: ['5432'] },
      { host: 'no host' },
      { host: '' },
      { user: '' },
      { password: '' },
      { user: 'a\u0000b' },
      { user: 'a\ud800' },
      { user: {} },
      { image_version: '1.latest' },
      { product: 'pipeline' },
      { nonsense: '1' },
      { frequency_in_minutes: '15' },
      { anchor_time: 'noon' },
      { anchor_time: '2031-02-31T00:00:00Z' },
      { cron_expression: ['0 0 12 * * ?'] },
      { cron_expression: '' },
    ]) {
      const refused = {
        status: 400,
        body: {
          error: 'InvalidProperties',
          data: { message: expect.any(String), bad_properties: Object.keys(bad), report_card: { type: 'platform.hp-postgres' } },
        },
      };
      expect(await put(server, body.id, { properties: bad }), JSON.stringify(bad)).toMatchObject(refused);
      expect(await create(server, { ...postgres, display_name: 'b', properties: { ...properties, ...bad } })).toMatchObject(refused);
    }
    const deep = `{"properties":{"config":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}}`;
    const singer = await create(server, { type: 'platform.singer', display_name: 'Tap', properties: { tap: 'tap-github' } });
    expect(await server.call('PUT', `/v4/sources/${singer.body.id}`, deep)).toMatchObject({ status: 400 });
    expect((await server.call('GET', `/v4/sources/${body.id}`)).body).toEqual(body);
  });

  it('14.5: never answers its credentials, nor keeps them readable', async () => {
    const server = await createConnectServer();
    const created = await create(server);
    const replies = [
      created,
      await put(server, created.body.id, { properties: { password: `${password}-new` } }),
      await put(server, created.body.id, { properties: { password: `${password}-new`, ssl: 'maybe' } }),
      await server.call('GET', '/v4/sources'),
      await server.call('DELETE', `/v4/sources/${created.body.id}`),
    ];
    expect(JSON.stringify(replies)).not.toContain(password);
    expect(server.logged.join()).not.toContain(password);
    const { read } = server.plane.parts.store;
    const stored = [
      await read.selectFrom('connection_source').selectAll().execute(),
      await read.selectFrom('audit').select(['before', 'after']).execute(),
    ];
    expect(JSON.stringify(stored)).not.toContain(password);
  });

  it('14.5: seals a credential for its place, replaces it, and forgets it when it is cleared', async () => {
    const server = await createConnectServer();
    const { body } = await create(server);
    const { store, sealer } = server.plane.parts;
    const open = async (): Promise<string[]> => {
      const rows = await store.read.selectFrom('connection_secret').selectAll().execute();
      return rows.map(({ property, sealed }) => sealer.open({ kind: 'source', id: body.id, property }, sealed));
    };
    expect(await open()).toEqual([password]);
    await put(server, body.id, { properties: { password: 12345 } });
    expect(await open()).toEqual(['12345']);
    const cleared = await put(server, body.id, { properties: { password: null } });
    expect(cleared.body.report_card.current_step_type).toBe('form');
    expect(await open()).toEqual([]);
  });

  it('14.6: keeps what a change does not name, and returns to its interval when cron is cleared', async () => {
    const server = await createConnectServer();
    const { body } = await create(server);
    const cron = '0 0 12 ? * MON-FRI *';
    const changed = await put(server, body.id, {
      properties: { cron_expression: cron, anchor_time: '2031-04-02T10:00:00+02:00', frequency_in_minutes: 360 },
    });
    const scheduled = { ...body.properties, cron_expression: cron, anchor_time: '2031-04-02T08:00:00.000Z', frequency_in_minutes: '360' };
    expect(changed.body.properties).toEqual(scheduled);
    const back = await put(server, body.id, { properties: { cron_expression: null, frequency_in_minutes: null } });
    expect(back.body.properties).toEqual({ ...scheduled, cron_expression: null, frequency_in_minutes: '60' });
    for (const bad of ['0 0 12 1 * MON', '0 0 12 * *', '0 0 0 31 2 ?', 'nonsense']) {
      expect(await put(server, body.id, { properties: { cron_expression: bad } })).toMatchObject({
        status: 400,
        body: { error: 'InvalidCronExpression', data: { message: expect.stringContaining(bad) } },
      });
    }
  });

  it('sets an immutable property once and takes the same value again', async () => {
    const server = await createConnectServer();
    const { body } = await create(server);
    const name = 'include_schemas_in_destination_stream_name';
    expect((await put(server, body.id, { properties: { [name]: true } })).body.properties).toMatchObject({ [name]: 'true' });
    expect((await put(server, body.id, { properties: { [name]: 'true' } })).status).toBe(200);
    for (const value of [false, null]) {
      expect(await put(server, body.id, { properties: { [name]: value } })).toMatchObject({
        status: 400,
        body: { error: 'InvalidProperties', data: { bad_properties: [name] } },
      });
    }
  });

  it('14.8: stays at discover_schema when its check fails, and moves on when it succeeds', async () => {
    const server = await createConnectServer();
    const { body } = await create(server);
    const check = async (errorMessage: string | null): Promise<unknown> => {
      const name = `${server.accountId}.${body.id}.check.${errorMessage === null ? 'b' : 'a'}`;
      await server.plane.parts.store.transaction(async (tx) => {
        await startConnectionCheck(tx, { connectionId: body.id, name, startedAt: server.plane.clock.now });
        await endConnectionCheck(tx, { name, completedAt: server.plane.clock.now, errorMessage });
      });
      return (await server.call('GET', `/v4/sources/${body.id}`)).body;
    };
    const failed = await check('no such host');
    expect(failed).toMatchObject({
      check_job_name: expect.stringContaining('.check.a'),
      report_card: { current_step_type: 'discover_schema' },
    });
    expect((await server.call('GET', `/v4/sources/${body.id}/last-connection-check`)).body).toMatchObject({
      status: 'failed',
      discovery_error_message: 'no such host',
    });
    expect(await check(null)).toMatchObject({ report_card: { current_step: 3, current_step_type: 'field_selection' } });
  });

  it('waits on its form until every required property is there, then on its handshake', async () => {
    const server = await createConnectServer();
    const { body } = await create(server, { type: 'platform.stripe', display_name: 'Pay' });
    expect(body).toMatchObject({ properties: { frequency_in_minutes: '60' }, report_card: { current_step: 1, current_step_type: 'form' } });
    const formed = await put(server, body.id, { properties: { start_date: '2031-01-01T00:00:00Z' } });
    expect(formed.body.report_card).toMatchObject({ current_step: 2, current_step_type: 'oauth' });
    const authorized = await put(server, body.id, { properties: { account_id: 'acct_1', client_secret: password } });
    expect(authorized.body.report_card).toMatchObject({ current_step: 3, current_step_type: 'discover_schema' });
    expect(authorized.body.properties).toMatchObject({ account_id: 'acct_1' });
    expect(JSON.stringify(authorized.body)).not.toContain(password);
  });

  it('has the values Thimble chooses, and those of the caller where it may set them', async () => {
    const server = await createConnectServer();
    const { body } = await create(server, { type: 'platform.dynamodb', display_name: 'Items' });
    expect(body.properties).toMatchObject({
      external_id: `thimble_connection_${body.id}`,
      role_name: `thimble_dynamodb_${server.accountId}`,
    });
    const fixed = await put(server, body.id, { properties: { external_id: 'mine' } });
    expect(fixed).toMatchObject({ status: 400, body: { error: 'InvalidProperties' } });
    const files = await create(server, { type: 'platform.s3-csv', display_name: 'Files', properties: { external_id: 'mine' } });
    expect(files.body.properties).toMatchObject({ external_id: 'mine', role_name: `thimble_s3_${server.accountId}` });
    const cleared = await put(server, files.body.id, { properties: { external_id: null, frequency_in_minutes: '1' } });
    expect(cleared.body.properties).toMatchObject({ external_id: `thimble_connection_${files.body.id}`, frequency_in_minutes: '1' });
  });

  it('14.3: can be of every type that grants access, and of no other', async () => {
    const server = await createConnectServer();
    for (const { type, details } of sourceTypes) {
      const reply = await create(server, { type, display_name: type });
      if (details.access) expect(reply).toMatchObject({ status: 200, body: { type, report_card: { type } } });
      else expect(reply).toMatchObject({ status: 400, body: { error: 'AccessDenied', data: { message: expect.stringContaining(type) } } });
    }
    const card = findSourceType('platform.oracle');
    expect((await server.call('GET', '/v4/source-types/platform.oracle')).body).toEqual(card);
  });
});
