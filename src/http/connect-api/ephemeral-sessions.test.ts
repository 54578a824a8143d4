import { describe, expect, it } from 'vitest';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { deleteApiKey } from '../../domain/api-key/delete.ts';
import { disableApiKey } from '../../domain/api-key/disable.ts';
import { enableApiKey } from '../../domain/api-key/enable.ts';
import { takeEphemeralToken } from '../../domain/session/ephemeral.ts';
import { pruneEnded } from '../../domain/session/prune.ts';
import { setAccountPlan } from '../../domain/account/set-plan.ts';
import { updateMember } from '../../store/queries/member.ts';

const hourMs = 3_600_000;

async function mint(server: ConnectServer): Promise<string> {
  const { status, headers, body } = await server.call('POST', '/v3/sessions/ephemeral');
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toEqual({ ephemeral_token: expect.stringMatching(/^[\w-]{43}$/) });
  return (body as { ephemeral_token: string }).ephemeral_token;
}

/** Whom the token lets in; undefined when nobody. */
async function take({ plane }: ConnectServer, token: string): Promise<number | undefined> {
  try {
    return (await plane.parts.store.transaction((tx) => takeEphemeralToken(tx, token, plane.clock.now))).member.id;
  } catch (error) {
    expect(error).toMatchObject({ code: 'unauthorized' });
    return undefined;
  }
}

describe('§14.20, T24: an ephemeral token', () => {
  it('lets the member of its key in once, within the hour', async () => {
    const server = await createConnectServer();
    const token = await mint(server);
    server.plane.clock.now += hourMs - 1;
    expect(await take(server, token)).toBe(server.key.row.member_id);
    expect(await take(server, token)).toBeUndefined();
  });

  it('is over after an hour, and then removed', async () => {
    const server = await createConnectServer();
    const token = await mint(server);
    server.plane.clock.now += hourMs;
    expect(await take(server, token)).toBeUndefined();
    const { store } = server.plane.parts;
    await pruneEnded({ store, now: () => server.plane.clock.now });
    expect(await store.read.selectFrom('ephemeral_token').selectAll().execute()).toEqual([]);
  });

  it('dies with its key, and does not come back with it', async () => {
    const server = await createConnectServer();
    const token = await mint(server);
    await disableApiKey(server.plane.operator, server.key.row.id);
    expect(await take(server, token)).toBeUndefined();
    await enableApiKey(server.plane.operator, server.key.row.id);
    expect(await take(server, token)).toBeUndefined();
    const another = await mint(server);
    await deleteApiKey(server.plane.operator, server.key.row.id, { compromised: false });
    expect(await take(server, another)).toBeUndefined();
  });

  it('lets nobody in who may not sign in any more', async () => {
    const server = await createConnectServer();
    const token = await mint(server);
    const memberId = server.key.row.member_id ?? 0;
    await server.plane.parts.store.transaction((tx) => updateMember(tx, memberId, { deactivated_at: 1 }));
    expect(await take(server, token)).toBeUndefined();
  });

  it('is kept as a digest, is in no log, and is no API access key', async () => {
    const server = await createConnectServer();
    const token = await mint(server);
    const { read } = server.plane.parts.store;
    const kept = JSON.stringify([
      await read.selectFrom('ephemeral_token').selectAll().execute(),
      await read.selectFrom('audit').selectAll().execute(),
      server.logged,
    ]);
    expect(kept).not.toContain(token);
    expect((await server.call('GET', '/v4/sources', undefined, { authorization: `Bearer ${token}` })).status).toBe(401);
  });

  it('§4.2: is taken in place of its key where that is switched on, and acts as the key, again and again', async () => {
    const server = await createConnectServer({ acceptsEphemeralTokens: true });
    const token = await mint(server);
    for (const authorization of [`Bearer ${token}`, token])
      expect((await server.call('GET', '/v4/sources', undefined, { authorization })).status).toBe(200);
    const authorization = token;
    const created = await server.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Shop' }, { authorization });
    expect(created).toMatchObject({ status: 200, body: { stitch_client_id: server.accountId } });
    const { read } = server.plane.parts.store;
    const row = await read.selectFrom('connection_source').selectAll().executeTakeFirstOrThrow();
    expect(row.created_by_credential).toBe(server.key.row.id);
    expect((await server.call('GET', '/notifications/public/v1/api/hooks', undefined, { authorization })).status).toBe(200);
    expect((await server.call('GET', '/v3/destinations', undefined, { authorization, 'user-agent': 'terraform/1' })).status).toBe(200);
    expect(server.plane.registry.pendingUse(server.key.row.id)?.used).toMatchObject({ userAgent: 'terraform/1' });
    expect((await server.call('GET', `/v4/${server.foreign.accountId}/loads`, undefined, { authorization })).status).toBe(401);
    expect(await server.call('POST', '/v3/sessions/ephemeral', undefined, { authorization })).toMatchObject({
      status: 400,
      body: { error: 'AccessDenied' },
    });
    expect(server.logged.join()).not.toContain(token);
    expect(await take(server, token)).toBe(server.key.row.member_id);
    expect((await server.call('GET', '/v4/sources', undefined, { authorization })).status).toBe(401);
  });

  it.each<[string, (server: ConnectServer) => unknown]>([
    ['after an hour', ({ plane }) => (plane.clock.now += hourMs)],
    ['when its key is disabled', ({ plane, key }) => disableApiKey(plane.operator, key.row.id)],
    ['when its key is deleted', ({ plane, key }) => deleteApiKey(plane.operator, key.row.id, { compromised: false })],
    ['when the plan loses API access', ({ plane, accountId }) => setAccountPlan(plane.operator, accountId, 'standard')],
    [
      'when its member is deactivated',
      ({ plane, key }) => plane.parts.store.transaction((tx) => updateMember(tx, key.row.member_id ?? 0, { deactivated_at: 1 })),
    ],
  ])('§4.2: is refused in place of its key %s, as one that never was', async (_when, end) => {
    const server = await createConnectServer({ acceptsEphemeralTokens: true });
    const authorization = `Bearer ${await mint(server)}`;
    expect((await server.call('GET', '/v4/sources', undefined, { authorization })).status).toBe(200);
    await end(server);
    const { status, headers, body } = await server.call('GET', '/v4/sources', undefined, { authorization });
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await server.call('GET', '/v4/sources', undefined, { authorization: 'x'.repeat(43) })).body).toEqual(body);
  });

  it('is made for a key only', async () => {
    const server = await createConnectServer();
    expect((await server.call('POST', '/v3/sessions/ephemeral', undefined, { authorization: '' })).status).toBe(401);
    expect((await server.call('GET', '/v3/sessions/ephemeral')).status).toBe(404);
  });
});
