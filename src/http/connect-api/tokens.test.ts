import { describe, expect, it } from 'vitest';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { disableImportToken } from '../../domain/import-token/disable.ts';

async function createSource(server: ConnectServer): Promise<number> {
  const { body } = await server.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Shop' });
  return (body as { id: number }).id;
}

describe('§14.7: tokens of a source', () => {
  it('are shown once, at most two, listed newest first by id only, and revoked with the Source as answer', async () => {
    const server = await createConnectServer();
    const id = await createSource(server);
    expect((await server.call('GET', `/v4/sources/${id}/tokens`)).body).toEqual([]);
    const first = await server.call('POST', `/v4/sources/${id}/tokens`, '', { 'content-type': 'application/json' });
    expect(first.status).toBe(200);
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect(first.body).toEqual({ id: expect.any(Number), access_token: expect.stringMatching(/^at_[0-9A-Za-z]{50}$/) });
    const second = await server.call('POST', `/v4/sources/${id}/tokens/`);
    const [a, b] = [first.body, second.body] as { id: number; access_token: string }[];
    if (a === undefined || b === undefined) throw new Error('no token');
    expect(await server.call('POST', `/v4/sources/${id}/tokens`)).toMatchObject({ status: 400, body: { error: 'TokenLimitExceeded' } });
    const created_at = '2031-04-02T08:59:01Z';
    expect((await server.call('GET', `/v4/sources/${id}/tokens`)).body).toEqual([
      { token_id: b.id, created_at },
      { token_id: a.id, created_at },
    ]);
    server.plane.clock.now += 5000;
    const revoked = await server.call('DELETE', `/v4/sources/${id}/tokens/${a.id}`, '', { 'content-type': 'application/json' });
    expect(revoked).toMatchObject({
      status: 200,
      body: { id, updated_at: '2031-04-02T08:59:06Z', report_card: { current_step: 2 }, properties: {} },
    });
    expect(server.plane.verify(a.access_token).ok).toBe(false);
    expect(server.plane.verify(b.access_token).ok).toBe(true);
    expect(await server.call('DELETE', `/v4/sources/${id}/tokens/${a.id}`)).toMatchObject({
      status: 400,
      body: { error: 'InvalidTokenId' },
    });
    const third = await server.call('POST', `/v4/sources/${id}/tokens`);
    expect((third.body as { id: number }).id).toBeGreaterThan(b.id);
  });

  it('leave the list while disabled, but keep their place', async () => {
    const server = await createConnectServer();
    const id = await createSource(server);
    const { body } = await server.call('POST', `/v4/sources/${id}/tokens`);
    await disableImportToken(server.plane.operator, server.accountId, id, (body as { id: number }).id);
    expect((await server.call('GET', `/v4/sources/${id}/tokens`)).body).toEqual([]);
    await server.call('POST', `/v4/sources/${id}/tokens`);
    expect(await server.call('POST', `/v4/sources/${id}/tokens`)).toMatchObject({ body: { error: 'TokenLimitExceeded' } });
  });

  it('are hidden behind unknown and foreign sources', async () => {
    const server = await createConnectServer();
    const id = await createSource(server);
    const { body } = await server.call('POST', `/v4/sources/${id}/tokens`);
    const tokenId = (body as { id: number }).id;
    const foreign = { authorization: `Bearer ${server.foreign.key.token}` };
    for (const [sourceId, headers] of [
      [id, foreign],
      [1, {}],
    ] as const) {
      expect(await server.call('POST', `/v4/sources/${sourceId}/tokens`, undefined, headers)).toMatchObject({
        status: 400,
        body: { error: 'InvalidId' },
      });
      expect(await server.call('GET', `/v4/sources/${sourceId}/tokens`, undefined, headers)).toMatchObject({
        status: 404,
        body: { error: 'InvalidId' },
      });
      expect(await server.call('DELETE', `/v4/sources/${sourceId}/tokens/${tokenId}`, undefined, headers)).toMatchObject({
        status: 400,
        body: { error: 'InvalidId' },
      });
    }
    expect(await server.call('DELETE', `/v4/sources/${id}/tokens/${server.key.row.id}`)).toMatchObject({
      status: 400,
      body: { error: 'InvalidTokenId' },
    });
    expect(server.plane.verify(server.key.token).ok).toBe(true);
  });

  it('hold at two under parallel requests', async () => {
    const server = await createConnectServer();
    const id = await createSource(server);
    const replies = await Promise.all(Array.from({ length: 40 }, () => server.call('POST', `/v4/sources/${id}/tokens`)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(replies.filter(({ body }) => (body as { error?: string }).error === 'TokenLimitExceeded')).toHaveLength(38);
  });
});
