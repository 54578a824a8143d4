import { describe, expect, it } from 'vitest';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { source as sourceSchema } from '../../../contract/connect-api/sources.ts';

const input = { type: 'import_api', display_name: 'Shop DB (EU)!' };

async function createdId(server: ConnectServer, displayName = 'Shop'): Promise<number> {
  const { body } = await server.call('POST', '/v4/sources', { type: 'import_api', display_name: displayName });
  return (body as { id: number }).id;
}

describe('POST /v4/sources', () => {
  it('answers the whole Source, fully configured and mapped to the only destination', async () => {
    const server = await createConnectServer();
    const { status, headers, body } = await server.call('POST', '/v4/sources', input);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(sourceSchema.parse(body)).toEqual(body);
    expect(body).toEqual({
      id: expect.any(Number),
      type: 'import_api',
      name: 'shop_db_eu',
      display_name: 'Shop DB (EU)!',
      stitch_client_id: server.accountId,
      mapped_destination_ids: [server.destinationId],
      properties: {},
      schedule: null,
      created_at: '2031-04-02T08:59:01Z',
      updated_at: '2031-04-02T08:59:01Z',
      deleted_at: null,
      paused_at: null,
      system_paused_at: null,
      report_card: {
        type: 'import_api',
        current_step: 2,
        current_step_type: 'fully_configured',
        steps: [
          { type: 'form', properties: [] },
          { type: 'fully_configured', properties: [] },
        ],
      },
    });
    const row = await server.plane.parts.store.read.selectFrom('connection_source').selectAll().executeTakeFirstOrThrow();
    expect(row.created_by_credential).toBe(server.key.row.id);
  });

  it.each([
    ['Dot.Name (X)-Y', 'dotname_x_y'],
    ['Close.io', 'closeio'],
    ['Shop - EU', 'shop___eu'],
    ['Recurly Stitch', 'recurly_stitch'],
    ['\u0000$héllo', 'hllo'],
  ])('derives the name of %j', async (displayName, name) => {
    const server = await createConnectServer();
    const { body } = await server.call('POST', '/v4/sources', { type: 'import_api', display_name: displayName });
    expect(body).toMatchObject({ name, display_name: displayName });
  });

  it.each([
    ['####', 'InvalidDisplayName'],
    ['2024 shop', 'InvalidDisplayName'],
    ['x'.repeat(50), 'InvalidDisplayName'],
    [' thimble', undefined],
    ['_thimble', 'InvalidDisplayName'],
    ['information schema', 'InvalidDisplayName'],
  ])('judges the display name %j', async (displayName, error) => {
    const server = await createConnectServer();
    const { status, body } = await server.call('POST', '/v4/sources', {
      type: 'import_api',
      display_name: displayName === ' thimble' ? 'thimble' : displayName,
    });
    if (error === undefined) expect(status).toBe(200);
    else expect({ status, body }).toMatchObject({ status: 400, body: { error, data: { message: expect.any(String) } } });
  });

  it('accepts a name of its own and refuses one that breaks the rule', async () => {
    const server = await createConnectServer();
    expect((await server.call('POST', '/v4/sources', { ...input, name: 'my_$chema' })).body).toMatchObject({ name: 'my_$chema' });
    for (const name of ['Upper', '1st', 'a b', 'x'.repeat(50), 'a-b', '_thimble']) {
      expect(await server.call('POST', '/v4/sources', { ...input, name })).toMatchObject({ status: 400, body: { error: 'InvalidName' } });
    }
  });

  it('refuses a name in use, says how it was derived, and frees it when its source is deleted', async () => {
    const server = await createConnectServer();
    const { body } = await server.call('POST', '/v4/sources', input);
    const again = await server.call('POST', '/v4/sources', { ...input, display_name: 'shop db eu' });
    expect(again).toMatchObject({
      status: 400,
      body: { error: 'InvalidName', data: { message: expect.stringContaining('shop db eu -> shop_db_eu') } },
    });
    await server.call('DELETE', `/v4/sources/${(body as { id: number }).id}`);
    expect((await server.call('POST', '/v4/sources', input)).status).toBe(200);
    const foreign = await server.call('POST', '/v4/sources', input, { authorization: `Bearer ${server.foreign.key.token}` });
    expect(foreign.status).toBe(200);
  });

  it.each([
    ['no body', undefined, 'InvalidBody'],
    ['an array', [], 'InvalidBody'],
    ['null', 'null', 'InvalidBody'],
    ['a string', '"x"', 'InvalidBody'],
    ['malformed JSON', '{"type":', 'InvalidBody'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'InvalidBody'],
    ['a missing key', { type: 'import_api' }, 'InvalidBody'],
    ['an extra key', { ...input, paused: true }, 'InvalidBody'],
    ['an empty string', { ...input, display_name: '' }, 'InvalidBody'],
    ['a wrong type', { ...input, type: 5 }, 'InvalidBody'],
    ['properties in a list', { ...input, properties: [] }, 'InvalidBody'],
    ['a textual destination', { ...input, destination_id: '7' }, 'InvalidBody'],
    ['a __proto__ key', '{"type":"import_api","display_name":"x","__proto__":{"admin":true}}', 'InvalidBody'],
    ['deep nesting', `{"type":"import_api","display_name":"x","properties":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'InvalidBody'],
    ['a body over 1,000,000 bytes', { ...input, display_name: 'x'.repeat(1_000_000) }, 'InvalidBody'],
    ['an unknown type', { ...input, type: 'platform.nothing' }, 'InvalidType'],
    ['a type of the prototype', { ...input, type: 'constructor' }, 'InvalidType'],
    ['an unknown property', { ...input, properties: { frequency: '1' } }, 'InvalidProperties'],
    ['a __proto__ property', '{"type":"import_api","display_name":"x","properties":{"__proto__":{}}}', 'InvalidProperties'],
    ['an unknown destination', { ...input, destination_id: 5 }, 'InvalidId'],
  ])('answers %s in shape S1', async (_what, body, error) => {
    const server = await createConnectServer();
    const reply = await server.call('POST', '/v4/sources', body);
    expect(reply).toMatchObject({ status: 400, body: { error, data: { message: expect.any(String) } } });
    if (error === 'InvalidProperties') {
      const names = (reply.body as { data: { bad_properties: string[] } }).data.bad_properties;
      expect(names).toHaveLength(1);
      expect(reply.body).toMatchObject({ data: { report_card: { type: 'import_api' } } });
    }
    expect(await server.plane.parts.store.read.selectFrom('connection_source').selectAll().execute()).toEqual([]);
  });

  it('checks body keys before the type, the type before the name, the name before the properties', async () => {
    const server = await createConnectServer();
    const first = async (body: object): Promise<unknown> =>
      ((await server.call('POST', '/v4/sources', body)).body as { error: string }).error;
    const wrong = { type: 'nothing', display_name: '##', properties: { a: 1 }, extra: 1 };
    expect(await first(wrong)).toBe('InvalidBody');
    expect(await first({ ...wrong, extra: undefined })).toBe('InvalidType');
    expect(await first({ ...wrong, extra: undefined, type: 'import_api' })).toBe('InvalidDisplayName');
    expect(await first({ ...wrong, extra: undefined, type: 'import_api', display_name: 'ok' })).toBe('InvalidProperties');
  });

  it('does not map to a destination of another account', async () => {
    const server = await createConnectServer();
    const reply = await server.call('POST', '/v4/sources', { ...input, destination_id: server.foreign.destinationId });
    expect(reply).toMatchObject({ status: 400, body: { error: 'InvalidId' } });
  });
});

describe('GET /v4/sources', () => {
  it('lists active, paused and deleted sources in ascending id, and none of another account', async () => {
    const server = await createConnectServer();
    const ids = [await createdId(server, 'a'), await createdId(server, 'b'), await createdId(server, 'c')];
    await server.call('DELETE', `/v4/sources/${ids[1]}`);
    await server.call('PUT', `/v4/sources/${ids[2]}`, { paused_at: '2031-05-01T10:11:12.123456' });
    const { body } = await server.call('GET', '/v4/sources/');
    expect((body as { id: number }[]).map(({ id }) => id)).toEqual(ids);
    expect(body).toMatchObject([{ deleted_at: null }, { deleted_at: '2031-04-02T08:59:01Z' }, { paused_at: '2031-05-01T10:11:12Z' }]);
    expect((await server.call('GET', '/v4/sources', undefined, { authorization: server.foreign.key.token })).body).toEqual([]);
  });

  it('gets one in any state, and 404 InvalidId for an unknown or a foreign one', async () => {
    const server = await createConnectServer();
    const id = await createdId(server);
    expect((await server.call('GET', `/v4/sources/${id}`)).body).toMatchObject({ id, deleted_at: null });
    await server.call('DELETE', `/v4/sources/${id}`);
    expect((await server.call('GET', `/v4/sources/${id}`)).body).toMatchObject({ id, deleted_at: '2031-04-02T08:59:01Z' });
    const foreign = { authorization: `Bearer ${server.foreign.key.token}` };
    expect(await server.call('GET', `/v4/sources/${id}`, undefined, foreign)).toMatchObject({ status: 404, body: { error: 'InvalidId' } });
    for (const unknown of ['1', '99999999999999999999', '0', '9'.repeat(400)]) {
      expect(await server.call('GET', `/v4/sources/${unknown}`)).toMatchObject({ status: 404, body: { error: 'InvalidId' } });
    }
  });
});

describe('PUT /v4/sources/{id}', () => {
  it('renames without changing the name, pauses with the submitted time in UTC, unpauses', async () => {
    const server = await createConnectServer();
    const id = await createdId(server);
    server.plane.clock.now += 60_000;
    const renamed = await server.call('PUT', `/v4/sources/${id}`, { display_name: 'New Label' });
    expect(renamed).toMatchObject({ status: 200, body: { display_name: 'New Label', name: 'shop', updated_at: '2031-04-02T09:00:01Z' } });
    for (const [sent, stored] of [
      ['2031-05-01T10:11:12+02:00', '2031-05-01T08:11:12Z'],
      ['2031-05-01T10:11:12.123456', '2031-05-01T10:11:12Z'],
      ['2031-05-01', '2031-05-01T00:00:00Z'],
    ]) {
      expect((await server.call('PUT', `/v4/sources/${id}`, { paused_at: sent })).body).toMatchObject({ paused_at: stored });
    }
    expect((await server.call('PUT', `/v4/sources/${id}`, { paused_at: null })).body).toMatchObject({ paused_at: null });
  });

  it('unmaps and maps again; without a destination the system pauses it', async () => {
    const server = await createConnectServer();
    const id = await createdId(server);
    const unmapped = await server.call('PUT', `/v4/sources/${id}`, { destination_id: null });
    expect(unmapped.body).toMatchObject({ mapped_destination_ids: [], system_paused_at: '2031-04-02T08:59:01Z', paused_at: null });
    const mapped = await server.call('PUT', `/v4/sources/${id}`, { destination_id: server.destinationId });
    expect(mapped.body).toMatchObject({ mapped_destination_ids: [server.destinationId], system_paused_at: null });
  });

  it.each([
    [{ paused: true }, 'InvalidBody'],
    [{ paused_at: 'tomorrow' }, 'InvalidBody'],
    [{ paused_at: '9999-12-31T23:59:59-12:00' }, 'InvalidBody'],
    [{ name: 'other' }, 'InvalidBody'],
    [{ display_name: '##' }, 'InvalidDisplayName'],
    [{ properties: { a: '1' } }, 'InvalidProperties'],
    [{ destination_id: 5 }, 'InvalidId'],
  ])('refuses %j', async (body, error) => {
    const server = await createConnectServer();
    const id = await createdId(server);
    expect(await server.call('PUT', `/v4/sources/${id}`, body)).toMatchObject({ status: 400, body: { error } });
  });

  it('does not know deleted, unknown and foreign sources', async () => {
    const server = await createConnectServer();
    const id = await createdId(server);
    const foreign = { authorization: `Bearer ${server.foreign.key.token}` };
    expect(await server.call('PUT', `/v4/sources/${id}`, {}, foreign)).toMatchObject({ status: 400, body: { error: 'InvalidId' } });
    await server.call('DELETE', `/v4/sources/${id}`);
    for (const gone of [id, 1])
      expect(await server.call('PUT', `/v4/sources/${gone}`, {})).toMatchObject({ status: 400, body: { error: 'InvalidId' } });
  });
});

describe('DELETE /v4/sources/{id}', () => {
  it('answers the Source with deleted_at, kills its tokens, and knows it no more', async () => {
    const server = await createConnectServer();
    const id = await createdId(server);
    const { body: token } = await server.call('POST', `/v4/sources/${id}/tokens`, '', { 'content-type': 'application/json' });
    const { access_token: secret } = token as { access_token: string };
    expect(server.plane.verify(secret).ok).toBe(true);
    const reply = await server.call('DELETE', `/v4/sources/${id}`, '', { 'content-type': 'application/json' });
    expect(reply).toMatchObject({
      status: 200,
      body: { id, deleted_at: '2031-04-02T08:59:01Z', schedule: null, report_card: { current_step: 2 } },
    });
    expect(server.plane.verify(secret).ok).toBe(false);
    expect(await server.call('DELETE', `/v4/sources/${id}`)).toMatchObject({ status: 400, body: { error: 'InvalidId' } });
    expect(await server.call('POST', `/v4/sources/${id}/tokens`)).toMatchObject({ status: 400, body: { error: 'InvalidId' } });
    expect(await server.call('GET', `/v4/sources/${id}/tokens`)).toMatchObject({ status: 200, body: [] });
  });

  it('leaves a foreign source alone', async () => {
    const server = await createConnectServer();
    const id = await createdId(server);
    const foreign = { authorization: `Bearer ${server.foreign.key.token}` };
    expect(await server.call('DELETE', `/v4/sources/${id}`, undefined, foreign)).toMatchObject({
      status: 400,
      body: { error: 'InvalidId' },
    });
    expect((await server.call('GET', `/v4/sources/${id}`)).body).toMatchObject({ deleted_at: null });
  });
});

describe('GET /v4/source-types', () => {
  it('lists the cards, gets one, and answers 404 InvalidType for any other', async () => {
    const server = await createConnectServer();
    const { body } = await server.call('GET', '/v4/source-types');
    expect((body as unknown[])[0]).toEqual({
      type: 'import_api',
      current_step: 2,
      current_step_type: 'fully_configured',
      steps: [
        { type: 'form', properties: [] },
        { type: 'fully_configured', properties: [] },
      ],
      details: {
        pricing_tier: 'standard',
        pipeline_state: 'released',
        default_start_date: '-1 year',
        default_scheduling_interval: 60,
        protocol: 'import_api',
        access: true,
        image_version: '0.latest',
      },
      upgrade_available: null,
    });
    expect((await server.call('GET', '/v4/source-types/import%5Fapi')).body).toEqual((body as unknown[])[0]);
    expect(await server.call('GET', '/v4/source-types/constructor')).toMatchObject({ status: 404, body: { error: 'InvalidType' } });
  });
});
