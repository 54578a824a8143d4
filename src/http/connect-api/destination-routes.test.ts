import { describe, expect, it } from 'vitest';
import { destinationV3 as v3Schema } from '../../../contract/connect-api/destinations.ts';
import { createConnectServer } from '../../../tests/support/connect-server.ts';
import { created, properties, shown } from '../../../tests/support/reporting-destination.ts';

describe('/v3/destinations', () => {
  it('shows the same record in the old shape, native types and no credential', async () => {
    const server = await createConnectServer();
    await server.call('DELETE', `/v4/destinations/${server.destinationId}`);
    expect((await server.call('GET', '/v3/destinations')).body).toEqual([]);
    const { status, body } = await server.call('POST', '/v3/destinations', { type: 'postgres', connection: properties });
    expect(status).toBe(200);
    expect(v3Schema.parse(body)).toEqual(body);
    const { id } = body as { id: number };
    const { password: _, ...connection } = properties;
    expect(body).toEqual({
      id,
      type: 'postgres',
      created_at: '2031-04-02T08:59:01Z',
      updated_at: '2031-04-02T08:59:01Z',
      connection,
      last_check: { error: false, started_at: '2031-04-02T08:59:01Z', completed_at: null },
    });
    await created(server);
    expect((await server.call('GET', '/v3/destinations')).body).toMatchObject([{ id }]);
    expect((await server.call('GET', `/v4/destinations/${id}`)).body).toMatchObject({ properties: shown });
    const changed = await server.call('PUT', `/v3/destinations/${id}`, {
      type: 'postgres',
      connection: { port: 6543, ssl: false, password: properties.password },
    });
    expect(changed.body).toMatchObject({ connection: { ...connection, port: 6543, ssl: false } });
  });

  it('refuses bodies of another shape, another type, unknown ids, and deletion', async () => {
    const server = await createConnectServer();
    const id = await created(server);
    for (const body of [
      { type: 'postgres' },
      { type: 'postgres', properties },
      { connection: properties },
      { type: 'x', connection: {} },
    ]) {
      expect(await server.call('POST', '/v3/destinations', body)).toMatchObject({ status: 400, body: expect.any(String) });
    }
    expect(await server.call('PUT', `/v3/destinations/${id}`, { type: 'duckdb', connection: {} })).toMatchObject({
      status: 400,
      body: expect.stringContaining('type'),
    });
    expect((await server.call('PUT', '/v3/destinations/1', { type: 'postgres', connection: {} })).status).toBe(400);
    expect((await server.call('DELETE', `/v3/destinations/${id}`)).status).toBe(404);
    expect((await server.call('GET', `/v3/destinations/${id}`)).status).toBe(404);
  });
});

describe('the routes of destinations', () => {
  it('are open to the account’s API keys only', async () => {
    const server = await createConnectServer();
    const id = await created(server);
    const { body: source } = await server.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Shop' });
    const { body: token } = await server.call('POST', `/v4/sources/${(source as { id: number }).id}/tokens`);
    const importToken = `Bearer ${(token as { access_token: string }).access_token}`;
    for (const [method, path] of [
      ['GET', '/v4/destinations'],
      ['POST', '/v4/destinations'],
      ['GET', `/v4/destinations/${id}`],
      ['PUT', `/v4/destinations/${id}`],
      ['DELETE', `/v4/destinations/${id}`],
      ['GET', `/v4/destinations/${id}/last-connection-check`],
      ['GET', '/v4/destination-types'],
      ['GET', `/v4/${server.accountId}/loads`],
      ['GET', '/v3/destinations'],
      ['POST', '/v3/destinations'],
      ['PUT', `/v3/destinations/${id}`],
    ] as const) {
      for (const authorization of ['', importToken, 'Bearer nonsense']) {
        expect({ method, path, ...(await server.call(method, path, undefined, { authorization })) }).toMatchObject({
          method,
          path,
          status: 401,
          body: { error: 'Unauthorized' },
        });
      }
    }
  });

  it('answer the cards of the types', async () => {
    const server = await createConnectServer();
    const { body } = await server.call('GET', '/v4/destination-types');
    expect((body as unknown[]).slice(0, 2)).toMatchObject([
      { type: 'postgres', current_step: 1, current_step_type: 'form', details: { access: true, pricing_tier: 'standard' } },
      { type: 'duckdb', current_step: 2, current_step_type: 'fully_configured' },
    ]);
    expect((await server.call('GET', '/v4/destination-types/postgres')).body).toEqual((body as unknown[])[0]);
    expect(JSON.stringify(body)).not.toContain('tap_mutable');
    expect(await server.call('GET', '/v4/destination-types/paper')).toMatchObject({ status: 404, body: { error: 'InvalidType' } });
    const others = (body as { type: string; details: { access: boolean } }[]).slice(2);
    expect(others.map(({ type }) => type)).toContain('s3');
    for (const { type, details } of others) {
      expect({ type, access: details.access }).toEqual({ type, access: false });
      const refused = await server.call('POST', '/v4/destinations', { type, properties: {} });
      expect(refused).toMatchObject({ status: 400, body: expect.stringContaining(type) });
    }
  });

  it('have no check for an Import API source', async () => {
    const server = await createConnectServer();
    const { body: source } = await server.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Shop' });
    const path = `/v4/sources/${(source as { id: number }).id}/last-connection-check`;
    expect(await server.call('GET', path)).toMatchObject({ status: 404, body: { error: 'NotFound' } });
    expect(await server.call('GET', '/v4/sources/1/last-connection-check')).toMatchObject({ status: 404, body: { error: 'InvalidId' } });
  });
});
