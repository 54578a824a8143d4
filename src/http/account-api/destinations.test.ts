import { describe, expect, it } from 'vitest';
import { codeOf, createAccountServer } from '../../../tests/support/account-server.ts';
import { clearAlerts, insertAlert } from '../../store/queries/alert.ts';

const postgres = { host: 'db.example.com', port: '5432', database: 'dwh', username: 'loader', password: 'correct horse', ssl: 'true' };

describe('destinations', () => {
  it('are described by type, with a form for each that leaves nothing open', async () => {
    const { ann } = await createAccountServer();
    const types = (await ann.call('GET', '/destination-types')).body as unknown as { type: string; properties: { name: string }[] }[];
    expect(types.map(({ type }) => type)).toEqual(['postgres', 'duckdb']);
    expect(types[0]?.properties.map(({ name }) => name)).toEqual([...Object.keys(postgres), 'sslrootcert']);
    const made = await ann.call('POST', '/destinations', {
      type: 'postgres',
      display_name: 'Warehouse 2',
      properties: { ...postgres, sslrootcert: '' },
    });
    expect(made.body).toMatchObject({
      type: 'postgres',
      display_name: 'Warehouse 2',
      configured: true,
      kept_credentials: ['password'],
      check: { completed_at: null, error: null },
      sources: [],
    });
    expect(made.body['properties']).not.toHaveProperty('password');
  });

  it('keep what a change leaves out, clear what it empties, and never return a credential', async () => {
    const server = await createAccountServer();
    const { ann, plane } = server;
    const { body } = await ann.call('POST', '/destinations', { type: 'postgres', display_name: 'DWH', properties: postgres });
    const path = `/destinations/${Number(body['id'])}`;
    const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    const changed = await ann.call('PUT', path, {
      display_name: 'Sales',
      description: 'All of it',
      properties: { sslrootcert: certificate },
    });
    expect(changed.body).toMatchObject({
      display_name: 'Sales',
      description: 'All of it',
      kept_credentials: ['password'],
      configured: true,
    });
    expect(changed.body['properties']).toMatchObject({ host: 'db.example.com', sslrootcert: certificate });
    expect((await ann.call('PUT', path, { properties: { sslrootcert: '' } })).body['properties']).not.toHaveProperty('sslrootcert');
    expect(codeOf(await ann.call('PUT', path, { properties: { port: 'x' } }))).toBe('400 invalid_properties');
    plane.clock.now += 1000;
    expect((await ann.call('POST', `${path}/checks`)).body['check']).toEqual({
      started_at: new Date(plane.clock.now).toISOString(),
      completed_at: null,
      error: null,
    });
    expect(server.replies.join()).not.toContain('correct horse');
  });

  it('are paused away from under their integrations when deleted, which the list shows', async () => {
    const server = await createAccountServer();
    const { ann, destinationId } = server;
    const { body } = await ann.call('POST', '/sources', { type: 'import_api', display_name: 'Shop' });
    expect((await ann.call('GET', '/destinations')).body).toMatchObject([
      { id: destinationId, type: 'duckdb', configured: true, paused: false, sources: [{ id: body['id'], display_name: 'Shop' }] },
    ]);
    expect(codeOf(await ann.call('DELETE', `/destinations/${destinationId}`))).toBe('204');
    expect((await ann.call('GET', '/destinations')).body).toEqual([]);
    expect((await ann.call('GET', '/sources')).body).toMatchObject([{ status: 'held', destination_id: null }]);
    expect(codeOf(await ann.call('GET', `/destinations/${destinationId}`))).toBe('404 invalid_id');
  });
});

describe('notifications', () => {
  it('name what they are about, and leave for every member once one dismisses them', async () => {
    const server = await createAccountServer();
    const { ann, plane, accountId, destinationId } = server;
    const { body } = await ann.call('POST', '/sources', { type: 'import_api', display_name: 'Shop' });
    const sourceId = Number(body['id']);
    const raise = (kind: 'destination_down' | 'source_stopped' | 'table_stopped', subject: string): Promise<boolean> =>
      plane.parts.store.transaction((tx) =>
        insertAlert(tx, { account_id: accountId, kind, subject, message: 'raw error', raised_at: plane.clock.now, cleared_at: null }),
      );
    await raise('destination_down', `destination:${destinationId}`);
    await raise('source_stopped', `source:${sourceId}`);
    await raise('table_stopped', `table:${sourceId}/or/ders`);
    const ben = await server.join('ben@example.com');
    const listed = (await ben.call('GET', '/notifications')).body as unknown as { id: number }[];
    expect(listed).toMatchObject([
      { subject: 'Shop', summary: expect.stringContaining('table or/ders') as string, source_id: sourceId, destination_id: null },
      { subject: 'Shop', level: 'critical', details: 'raw error', raised_at: new Date(plane.clock.now).toISOString() },
      { subject: 'Warehouse', source_id: null, destination_id: destinationId },
    ]);
    const [first] = listed;
    const eve = await server.join('eve@example.com', (await plane.account()).accountId);
    expect(codeOf(await eve.call('DELETE', `/notifications/${first?.id}`))).toBe('404 invalid_id');
    expect(codeOf(await ben.call('DELETE', `/notifications/${first?.id}`))).toBe('204');
    expect(codeOf(await ben.call('DELETE', `/notifications/${first?.id}`))).toBe('404 invalid_id');
    expect((await ann.call('GET', '/notifications')).body).toHaveLength(2);
    await raise('table_stopped', `table:${sourceId}/or/ders`);
    expect((await ann.call('GET', '/notifications')).body).toHaveLength(2);
    await plane.parts.store.transaction((tx) => clearAlerts(tx, [`table:${sourceId}/or/ders`, `source:${sourceId}`], plane.clock.now));
    await raise('table_stopped', `table:${sourceId}/or/ders`);
    expect((await ann.call('GET', '/notifications')).body).toMatchObject([{ source_id: sourceId }, { destination_id: destinationId }]);
  });
});
