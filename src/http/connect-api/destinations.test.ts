import { describe, expect, it } from 'vitest';
import { destination as destinationSchema } from '../../../contract/connect-api/destinations.ts';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { created, input, properties, shown } from '../../../tests/support/reporting-destination.ts';
import { createDestination } from '../../domain/destination/create.ts';
import { setAccountPlan } from '../../domain/account/set-plan.ts';

const job = (server: ConnectServer, id: number): RegExp => new RegExp(`^${server.accountId}\\.${id}\\.check\\.[0-9a-f-]{36}$`);

describe('POST /v4/destinations', () => {
  it('answers the whole Destination with a check begun, and no credential', async () => {
    const server = await createConnectServer();
    const { status, body } = await server.call('POST', '/v4/destinations', input);
    expect(status).toBe(200);
    expect(destinationSchema.parse(body)).toEqual(body);
    const { id, check_job_name: name } = body as { id: number; check_job_name: string };
    expect(name).toMatch(job(server, id));
    expect(body).toMatchObject({
      type: 'postgres',
      name: 'Reporting',
      description: null,
      display_name: null,
      stitch_client_id: server.accountId,
      created_at: '2031-04-02T08:59:01Z',
      updated_at: '2031-04-02T08:59:01Z',
      deleted_at: null,
      paused_at: null,
      system_paused_at: null,
      report_card: { type: 'postgres', current_step: 2, current_step_type: 'fully_configured' },
    });
    expect((body as { properties: unknown }).properties).toEqual(shown);
    const { steps } = (body as { report_card: { steps: { properties: { name: string; provided: boolean; is_credential: boolean }[] }[] } })
      .report_card;
    expect(steps[0]?.properties.filter(({ provided }) => provided).map((one) => one.name)).toEqual([
      'host',
      'port',
      'database',
      'username',
      'password',
      'ssl',
      'encryption_type',
    ]);
    expect(steps[0]?.properties.filter(({ is_credential: isCredential }) => isCredential).map((one) => one.name)).toEqual(['password']);
    expect(JSON.stringify(body)).not.toContain('hunter2');
    const row = await server.plane.parts.store.read
      .selectFrom('connection_destination')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(row.created_by_credential).toBe(server.key.row.id);
  });

  it('keeps the credential nowhere but sealed', async () => {
    const server = await createConnectServer();
    const id = await created(server);
    await server.call('PUT', `/v4/destinations/${id}`, { properties: { password: 'another-hunter2' } });
    const { read } = server.plane.parts.store;
    const dump = JSON.stringify([
      await read.selectFrom('connection_destination').selectAll().execute(),
      await read.selectFrom('audit').selectAll().execute(),
      await read.selectFrom('connection_check').selectAll().execute(),
      server.logged,
    ]);
    expect(dump).not.toContain('hunter2');
    expect(dump).toContain('"credentials\\":[\\"password\\"]');
    const [secret, ...others] = await read.selectFrom('connection_secret').selectAll().execute();
    expect(others).toEqual([]);
    expect(Buffer.from(secret?.sealed ?? []).includes('hunter2')).toBe(false);
    const place = { kind: 'destination', id, property: 'password' } as const;
    expect(server.plane.parts.sealer.open(place, secret?.sealed ?? new Uint8Array())).toBe('another-hunter2');
  });

  it('accepts scalars of any type and takes a label from the type when none is given', async () => {
    const server = await createConnectServer();
    for (const change of [{ port: '5432' }, { ssl: 'true' }, { port: 5432, ssl: true }]) {
      const { body } = await server.call('POST', '/v4/destinations', { type: 'postgres', properties: { ...properties, ...change } });
      expect(body).toMatchObject({ name: 'postgres', properties: shown });
    }
    expect(await server.call('POST', '/v4/destinations', { ...input, properties: { ...properties, ssl: false } })).toMatchObject({
      body: { properties: { ssl: 'false' } },
    });
  });

  it('takes how timestamps are stored, which no card lists, and changes and clears it', async () => {
    const server = await createConnectServer();
    const id = await created(server, { properties: { ...properties, timestamps: 'with-zone' } });
    const path = `/v4/destinations/${id}`;
    expect(await server.call('GET', path)).toMatchObject({ body: { properties: { ...shown, timestamps: 'with-zone' } } });
    expect(JSON.stringify((await server.call('GET', '/v4/destination-types/postgres')).body)).not.toContain('timestamps');
    expect(await server.call('PUT', path, { timestamps: 'without-zone' })).toMatchObject({
      body: { properties: { timestamps: 'without-zone' } },
    });
    for (const timestamps of ['utc', '', true]) {
      const refused = await server.call('PUT', path, { properties: { timestamps } });
      expect(refused).toMatchObject({ status: 400 });
      expect(JSON.stringify(refused.body)).toContain('timestamps');
    }
    const { body } = await server.call('PUT', path, { properties: { timestamps: null } });
    expect((body as { properties: unknown }).properties).toEqual(shown);
    const duckdb = { type: 'duckdb', properties: { timestamps: 'with-zone' } };
    expect(await server.call('POST', '/v4/destinations', duckdb)).toMatchObject({ status: 400 });
  });

  it('waits on its form, unchecked, until every required property is there', async () => {
    const server = await createConnectServer();
    const { password, ...rest } = properties;
    const { body } = await server.call('POST', '/v4/destinations', { ...input, properties: rest });
    expect(body).toMatchObject({ report_card: { current_step: 1, current_step_type: 'form' } });
    expect(body).not.toHaveProperty('check_job_name');
    const { id } = body as { id: number };
    expect(await server.call('GET', `/v4/destinations/${id}/last-connection-check`)).toMatchObject({
      status: 404,
      body: { error: 'NotFound' },
    });
    const complete = await server.call('PUT', `/v4/destinations/${id}`, { properties: { password } });
    expect(complete.body).toMatchObject({ report_card: { current_step: 2 }, check_job_name: expect.stringMatching(job(server, id)) });
  });

  it('makes an embedded warehouse whose file the server chooses and does not show', async () => {
    const server = await createConnectServer();
    const { status, body } = await server.call('POST', '/v4/destinations', { type: 'duckdb', properties: {} });
    expect(status).toBe(200);
    expect(body).toMatchObject({ type: 'duckdb', properties: { status: '1' }, report_card: { current_step: 2 } });
    const refused = await server.call('POST', '/v4/destinations', { type: 'duckdb', properties: { file: '../../etc/passwd.duckdb' } });
    expect(refused).toMatchObject({ status: 400, body: expect.stringContaining('file') });
  });

  it('takes every source without a destination, unless told not to', async () => {
    const server = await createConnectServer();
    await server.call('DELETE', `/v4/destinations/${server.destinationId}`);
    const { body: source } = await server.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Shop' });
    expect(source).toMatchObject({ mapped_destination_ids: [], system_paused_at: expect.any(String) });
    const path = `/v4/sources/${(source as { id: number }).id}`;
    await created(server, { ignore_unmapped_sources: true });
    expect((await server.call('GET', path)).body).toMatchObject({ mapped_destination_ids: [] });
    const id = await created(server);
    expect((await server.call('GET', path)).body).toMatchObject({ mapped_destination_ids: [id], system_paused_at: null });
    await created(server);
    expect((await server.call('GET', path)).body).toMatchObject({ mapped_destination_ids: [id] });
  });

  it.each([
    ['no body', undefined],
    ['an array', []],
    ['malformed JSON', '{"type":'],
    ['a missing type', { properties }],
    ['missing properties', { type: 'postgres' }],
    ['an unknown key', { ...input, paused: true }],
    ['an empty name', { ...input, name: '' }],
    ['a textual flag', { ...input, ignore_unmapped_sources: 'true' }],
    ['properties in a list', { ...input, properties: [] }],
    ['an unknown type', { ...input, type: 'redshift' }],
    ['a type of the prototype', { ...input, type: 'constructor' }],
    ['an unknown property', { ...input, properties: { ...properties, colour: 'blue' } }],
    ['a __proto__ property', '{"type":"postgres","properties":{"__proto__":{}}}'],
    ['an empty string', { ...input, properties: { ...properties, host: '' } }],
    ['a required property cleared', { ...input, properties: { ...properties, host: null } }],
    ['a path as its host', { ...input, properties: { ...properties, host: '/var/run/postgresql' } }],
    ['a URL as its host', { ...input, properties: { ...properties, host: 'http://x' } }],
    ['a port beyond 65535', { ...input, properties: { ...properties, port: 65_536 } }],
    ['port 0', { ...input, properties: { ...properties, port: '0' } }],
    ['a broken port', { ...input, properties: { ...properties, port: 54.32 } }],
    ['a U+0000 in the user', { ...input, properties: { ...properties, username: 'a\u0000database\u0000x' } }],
    ['ssl that is neither', { ...input, properties: { ...properties, ssl: 'yes' } }],
    ['an object as a property', { ...input, properties: { ...properties, password: { a: 1 } } }],
    ['a certificate that is none', { ...input, properties: { ...properties, sslrootcert: '/etc/ssl/ca.pem' } }],
    ['an SSH tunnel', { ...input, properties: { ...properties, encryption_type: 'ssh', encryption_host: 'bastion.example' } }],
  ])('answers %s with a bare string', async (_what, body) => {
    const server = await createConnectServer();
    const reply = await server.call('POST', '/v4/destinations', body);
    expect(reply).toMatchObject({ status: 400, body: expect.any(String) });
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    expect(reply.body).not.toContain('hunter2');
    expect((await server.call('GET', '/v4/destinations')).body).toHaveLength(1);
  });

  it('says what a body may hold, which type is unknown, and that tunnels are not there', async () => {
    const server = await createConnectServer();
    const text = async (body: object): Promise<unknown> => (await server.call('POST', '/v4/destinations', body)).body;
    const keys = await text({ type: 'postgres' });
    for (const key of ['type', 'name', 'description', 'properties', 'ignore_unmapped_sources']) expect(keys).toContain(key);
    expect(await text({ ...input, type: 'nothing' })).toContain('nothing');
    expect(await text({ ...input, properties: { encryption_type: 'ssh' } })).toContain('SSH');
    expect(await text({ ...input, properties: { ...properties, port: 'x', ssl: 'y' } })).toMatch(/port, ssl/);
  });

  it('holds the limit of the plan', async () => {
    const server = await createConnectServer();
    const limited = await server.plane.account();
    await setAccountPlan(server.plane.operator, limited.accountId, 'standard');
    const create = (): Promise<unknown> => createDestination(server.plane.operator, limited.accountId, { type: 'postgres', properties });
    await expect(create()).rejects.toMatchObject({ code: 'destination_limit_exceeded' });
    await setAccountPlan(server.plane.operator, limited.accountId, 'advanced');
    await expect(create()).resolves.toMatchObject({ row: { account_id: limited.accountId } });
  });
});

describe('GET /v4/destinations', () => {
  it('lists those in use, oldest first, and by filter the one or the one a source loads into', async () => {
    const server = await createConnectServer();
    const id = await created(server);
    const gone = await created(server);
    await server.call('DELETE', `/v4/destinations/${gone}`);
    const ids = async (path: string): Promise<unknown> => ((await server.call('GET', path)).body as { id: number }[]).map((one) => one.id);
    expect(await ids('/v4/destinations')).toEqual([server.destinationId, id]);
    expect(await ids('/v4/destinations/')).toEqual([server.destinationId, id]);
    expect(await ids(`/v4/destinations?destination_id=${id}`)).toEqual([id]);
    const { body } = await server.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Shop', destination_id: id });
    const sourceId = (body as { id: number }).id;
    expect(await ids(`/v4/destinations?source_id=${sourceId}`)).toEqual([id]);
    expect(await ids(`/v4/destinations?source_id=${sourceId}&destination_id=${server.destinationId}`)).toEqual([]);
    expect(await ids('/v4/destinations?source_id=5')).toEqual([]);
    for (const query of ['x=1', `source_id=${sourceId}&x=1`, 'source_id=abc', 'destination_id=', 'source_id=1&source_id=2']) {
      expect(await server.call('GET', `/v4/destinations?${query}`)).toMatchObject({
        status: 400,
        body: expect.stringContaining('source_id'),
      });
    }
  });

  it('gets one, and knows no deleted, unknown or foreign one', async () => {
    const server = await createConnectServer();
    const id = await created(server);
    const { body } = await server.call('GET', `/v4/destinations/${id}`);
    expect(destinationSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ id, properties: shown });
    await server.call('DELETE', `/v4/destinations/${id}`);
    for (const unknown of [id, 1, server.foreign.destinationId, '9'.repeat(40)]) {
      expect(await server.call('GET', `/v4/destinations/${unknown}`)).toMatchObject({ status: 404, body: expect.any(String) });
    }
  });
});

describe('PUT /v4/destinations/{id}', () => {
  it('changes what is sent, keeps the rest, and begins a new check each time', async () => {
    const server = await createConnectServer();
    const id = await created(server, { description: 'for reports' });
    const names = new Set<unknown>();
    server.plane.clock.now += 60_000;
    for (const body of [
      { properties: { host: 'wh2.example.test', password: properties.password } },
      { type: 'postgres', properties: {} },
      { port: '5433', password: properties.password },
      { name: 'New' },
      { description: null },
    ]) {
      const reply = await server.call('PUT', `/v4/destinations/${id}`, body);
      expect(reply.status).toBe(200);
      names.add((reply.body as { check_job_name: string }).check_job_name);
    }
    expect(names.size).toBe(5);
    expect((await server.call('GET', `/v4/destinations/${id}`)).body).toMatchObject({
      name: 'New',
      description: null,
      properties: { ...shown, host: 'wh2.example.test', port: '5433' },
      updated_at: '2031-04-02T09:00:01Z',
      created_at: '2031-04-02T08:59:01Z',
    });
    const secrets = await server.plane.parts.store.read.selectFrom('connection_secret').select('property').execute();
    expect(secrets).toEqual([{ property: 'password' }]);
  });

  it('sends a kept password to no other server', async () => {
    const server = await createConnectServer();
    const id = await created(server, {});
    for (const body of [{ properties: { host: 'elsewhere.example.test' } }, { port: '5433' }]) {
      expect(await server.call('PUT', `/v4/destinations/${id}`, body)).toMatchObject({
        status: 400,
        body: expect.stringContaining('send the kept credentials again: password'),
      });
    }
    const same = { properties: { host: shown.host, port: Number(shown.port), database: 'other' } };
    expect((await server.call('PUT', `/v4/destinations/${id}`, same)).status).toBe(200);
  });

  it('clears an optional property by null', async () => {
    const server = await createConnectServer();
    const id = await created(server, { properties: { ...properties, sslrootcert: '-----BEGIN CERTIFICATE-----\nabc' } });
    const { body } = await server.call('PUT', `/v4/destinations/${id}`, { properties: { sslrootcert: null } });
    expect((body as { properties: object }).properties).toEqual(shown);
  });

  it.each([
    [{}, 'properties'],
    [{ type: 'duckdb', properties: {} }, 'type'],
    [{ properties: { port: 'x' } }, 'port'],
    [{ properties: { password: null } }, 'password'],
    [{ properties: { encryption_type: 'ssh' } }, 'SSH'],
    [{ host: 'a', colour: 'blue' }, 'colour'],
    [{ paused_at: null }, 'properties'],
  ])('refuses %j with a bare string', async (body, word) => {
    const server = await createConnectServer();
    const id = await created(server);
    expect(await server.call('PUT', `/v4/destinations/${id}`, body)).toMatchObject({ status: 400, body: expect.stringContaining(word) });
    expect((await server.call('GET', `/v4/destinations/${id}`)).body).toMatchObject({
      properties: shown,
      updated_at: '2031-04-02T08:59:01Z',
    });
  });

  it('knows no deleted, unknown or foreign one', async () => {
    const server = await createConnectServer();
    const id = await created(server);
    await server.call('DELETE', `/v4/destinations/${id}`);
    for (const unknown of [id, 1, server.foreign.destinationId]) {
      expect(await server.call('PUT', `/v4/destinations/${unknown}`, { name: 'mine' })).toMatchObject({
        status: 400,
        body: `There is no destination ${unknown} of client ${server.accountId}.`,
      });
    }
  });
});

describe('DELETE /v4/destinations/{id}', () => {
  it('answers {}, pauses the sources left without one, forgets the credentials, and knows it no more', async () => {
    const server = await createConnectServer();
    const id = await created(server);
    const { body } = await server.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Shop', destination_id: id });
    const { body: other } = await server.call('POST', '/v4/sources', {
      type: 'import_api',
      display_name: 'Other',
      destination_id: server.destinationId,
    });
    expect(await server.call('DELETE', `/v4/destinations/${id}`, '', { 'content-type': 'application/json' })).toMatchObject({
      status: 200,
      body: {},
    });
    expect((await server.call('GET', `/v4/sources/${(body as { id: number }).id}`)).body).toMatchObject({
      mapped_destination_ids: [],
      system_paused_at: '2031-04-02T08:59:01Z',
      paused_at: null,
    });
    expect((await server.call('GET', `/v4/sources/${(other as { id: number }).id}`)).body).toMatchObject({ system_paused_at: null });
    expect(await server.plane.parts.store.read.selectFrom('connection_secret').selectAll().execute()).toEqual([]);
    expect(await server.call('DELETE', `/v4/destinations/${id}`)).toMatchObject({
      status: 400,
      body: expect.stringMatching(new RegExp(`${id}.*${server.accountId}`)),
    });
    expect((await server.call('GET', `/v4/destinations/${id}/last-connection-check`)).status).toBe(404);
    expect(await server.call('POST', '/v4/sources', { type: 'import_api', display_name: 'x', destination_id: id })).toMatchObject({
      status: 400,
      body: { error: 'InvalidId' },
    });
  });

  it('leaves a foreign one alone and answers 404 for an id that is none', async () => {
    const server = await createConnectServer();
    expect((await server.call('DELETE', `/v4/destinations/${server.foreign.destinationId}`)).status).toBe(400);
    const foreign = { authorization: `Bearer ${server.foreign.key.token}` };
    expect((await server.call('GET', '/v4/destinations', undefined, foreign)).body).toHaveLength(1);
    for (const path of ['/v4/destinations/abc', '/v4/destinations/', '/v4/destinations']) {
      expect((await server.call('DELETE', path)).status).toBe(404);
    }
  });
});
