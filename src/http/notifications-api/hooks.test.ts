import { describe, expect, it } from 'vitest';
import { hook as hookSchema } from '../../../contract/notifications-api/hooks.ts';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { createDestination } from '../../domain/destination/create.ts';

const path = '/notifications/public/v1/api/hooks';
const url = 'https://hook.example.test/services/T0/secret-part?x=1';

function input(server: ConnectServer, config: unknown = { url }): Record<string, unknown> {
  return { type: 'post_load', destination_id: server.destinationId, config };
}

async function create(server: ConnectServer): Promise<number> {
  return hookSchema.parse((await server.call('POST', path, input(server))).body).id;
}

describe('§14.17: post-load hooks', () => {
  it('are created, listed, disabled, enabled and deleted in the documented shapes', async () => {
    const server = await createConnectServer();
    const created = await server.call('POST', path, input(server));
    const object = {
      id: expect.any(Number),
      client_id: server.accountId,
      type: 'post_load',
      version: 1,
      config: { url },
      destination_id: server.destinationId,
      created_at: '2031-04-02T08:59:01Z',
      modified_at: '2031-04-02T08:59:01Z',
      disabled_at: null,
    };
    expect([created.status, created.body]).toEqual([200, object]);
    const { id } = hookSchema.parse(created.body);
    server.plane.clock.now += 60_000;
    const later = '2031-04-02T09:00:01Z';
    const disabled = await server.call('PUT', `${path}/${id}`, { enable: false });
    expect([disabled.status, disabled.body]).toEqual([200, { ...object, modified_at: later, disabled_at: later }]);
    expect((await server.call('GET', path)).body).toEqual({ post_load: [{ ...object, modified_at: later, disabled_at: later }] });
    const enabled = await server.call('PUT', `${path}/${id}`, { enable: true });
    expect([enabled.status, enabled.body]).toEqual([200, { ...object, modified_at: later }]);
    const deleted = await server.call('DELETE', `${path}/${id}`);
    expect([deleted.status, deleted.body]).toEqual([200, null]);
    const again = await server.call('DELETE', `${path}/${id}`);
    expect([again.status, again.body]).toEqual([400, { error: 'NotFound' }]);
    const gone = await server.call('PUT', `${path}/${id}`, { enable: true });
    expect([gone.status, gone.body]).toEqual([400, { error: 'NotFound' }]);
    const audit = await server.plane.parts.store.read.selectFrom('audit').selectAll().orderBy('seq').execute();
    expect(audit.map(({ verb }) => verb).filter((verb) => verb.startsWith('hook'))).toEqual([
      'hook.create',
      'hook.disable',
      'hook.enable',
      'hook.delete',
    ]);
    expect(JSON.stringify(audit)).not.toContain('secret-part');
  });

  it('keep their URL sealed', async () => {
    const server = await createConnectServer();
    await create(server);
    const row = await server.plane.parts.store.read.selectFrom('hook').selectAll().executeTakeFirstOrThrow();
    expect(Buffer.from(row.sealed_url).toString('latin1')).not.toContain('secret-part');
    expect(row.created_by_credential).toBe(server.key.row.id);
  });

  it('belong to the only destination when none is named', async () => {
    const server = await createConnectServer();
    const old = { type: 'post_load', config: { url } };
    expect((await server.call('POST', path, old)).body).toMatchObject({ destination_id: server.destinationId });
    await createDestination(server.plane.operator, server.accountId, { type: 'duckdb', properties: {} });
    expect(await server.call('POST', path, old)).toMatchObject({ status: 400, body: { error: 'InvalidBody' } });
  });

  it.each([
    ['nothing', () => undefined],
    ['no JSON', () => '{'],
    ['a list', () => '[]'],
    ['another type', (server: ConnectServer) => ({ ...input(server), type: 'pre_load' })],
    ['another key', (server: ConnectServer) => ({ ...input(server), version: 1 })],
    ['a destination that is no number', (server: ConnectServer) => ({ ...input(server), destination_id: `${server.destinationId}` })],
    [
      'the destination of another account',
      ({ foreign }: ConnectServer) => ({ type: 'post_load', destination_id: foreign.destinationId, config: { url } }),
    ],
    ['no URL', (server: ConnectServer) => input(server, {})],
    ['a bare URL', () => ({ url })],
    ['another header', (server: ConnectServer) => input(server, { url, headers: {} })],
    ...[
      '',
      'hook',
      'http://hook.example.test/x',
      'ftp://hook.example.test/x',
      'https://',
      'https://user:secret@hook.example.test/',
      'https://user@hook.example.test/',
      'javascript:alert(1)',
      `https://hook.example.test/${'x'.repeat(3000)}`,
      'https://127.0.0.1/x',
      'https://2130706433/x',
      'https://0x7f.1/x',
      'https://[::1]:8443/x',
      'https://169.254.169.254/latest/meta-data/',
      'https://[fd00:ec2::254]/',
      'https://[::ffff:10.0.0.1]/',
      'https://10.0.0.1/',
      'https://inside.example.test/',
      7,
      null,
    ].map((bad) => [`the URL ${String(bad).slice(0, 60)}`, (server: ConnectServer) => input(server, { url: bad })] as const),
  ] as [string, (server: ConnectServer) => unknown][])('refuse %s as an invalid body', async (_what, body) => {
    const server = await createConnectServer();
    const reply = await server.call('POST', path, body(server));
    expect([reply.status, reply.body]).toEqual([400, { error: 'InvalidBody', data: { message: expect.any(String) } }]);
    expect((await server.call('GET', path)).body).toEqual({ post_load: [] });
  });

  it('may lead to a host nobody knows yet', async () => {
    const server = await createConnectServer();
    expect((await server.call('POST', path, input(server, { url: 'https://later.example.test/' }))).status).toBe(200);
  });

  it('are changed by a boolean and nothing else', async () => {
    const server = await createConnectServer();
    const id = await create(server);
    for (const body of [undefined, '{', {}, { enable: 'true' }, { enable: null }, { enable: true, url }, { disabled_at: null }]) {
      const reply = await server.call('PUT', `${path}/${id}`, body);
      expect([reply.status, reply.body]).toEqual([400, { error: 'InvalidBody', data: { message: expect.any(String) } }]);
    }
  });

  it('are ten at most', async () => {
    const server = await createConnectServer();
    const ids = [];
    for (let n = 0; n < 10; n += 1) ids.push(await create(server));
    const refused = await server.call('POST', path, input(server));
    expect([refused.status, refused.body]).toEqual([400, { error: { message: 'You have exceeded the limit of 10 hooks.' } }]);
    await server.call('DELETE', `${path}/${ids[0]}`);
    expect((await server.call('POST', path, input(server))).status).toBe(200);
  });

  it('leave with their destination', async () => {
    const server = await createConnectServer();
    const other = await createDestination(server.plane.operator, server.accountId, { type: 'duckdb', properties: {} });
    const kept = await create(server);
    await server.call('POST', path, { ...input(server), destination_id: other.row.id });
    expect((await server.call('DELETE', `/v4/destinations/${other.row.id}`)).status).toBe(200);
    expect((await server.call('GET', path)).body).toMatchObject({ post_load: [{ id: kept }] });
    expect(((await server.call('GET', path)).body as { post_load: unknown[] }).post_load).toHaveLength(1);
  });

  it('of another account do not exist', async () => {
    const server = await createConnectServer();
    const id = await create(server);
    const authorization = `Bearer ${server.foreign.key.token}`;
    expect((await server.call('GET', path, undefined, { authorization })).body).toEqual({ post_load: [] });
    expect((await server.call('DELETE', `${path}/${id}`, undefined, { authorization })).body).toEqual({ error: 'NotFound' });
    expect((await server.call('PUT', `${path}/${id}`, { enable: false }, { authorization })).body).toEqual({ error: 'NotFound' });
  });
});
