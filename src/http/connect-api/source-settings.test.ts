import { describe, expect, it } from 'vitest';
import { createConnectServer } from '../../../tests/support/connect-server.ts';

const input = { type: 'import_api', display_name: 'Shop' };

describe('how a source is loaded', () => {
  it('is set when it is created, changed key by key, and taken back with null', async () => {
    const server = await createConnectServer();
    const created = await server.call('POST', '/v4/sources', { ...input, properties: { schema_drift: 'widen', on_delete: null } });
    expect(created).toMatchObject({ status: 200, body: { properties: { schema_drift: 'widen' } } });
    const { id } = created.body as { id: number };
    const put = async (properties: object): Promise<unknown> =>
      ((await server.call('PUT', `/v4/sources/${id}`, { properties })).body as { properties: unknown }).properties;
    expect(await put({ on_delete: 'hard' })).toEqual({ schema_drift: 'widen', on_delete: 'hard' });
    expect(await put({})).toEqual({ schema_drift: 'widen', on_delete: 'hard' });
    expect(await put({ schema_drift: 'reject' })).toEqual({ schema_drift: 'reject', on_delete: 'hard' });
    expect(await put({ schema_drift: null })).toEqual({ on_delete: 'hard' });
    expect((await server.call('GET', `/v4/sources/${id}`)).body).toMatchObject({ properties: { on_delete: 'hard' } });
    const audit = await server.plane.parts.store.read.selectFrom('audit').selectAll().where('verb', '=', 'source.update').execute();
    expect(audit.map(({ before, after }) => [JSON.parse(before ?? ''), JSON.parse(after ?? '')])[0]).toMatchObject([
      { properties: { schema_drift: 'widen' } },
      { properties: { schema_drift: 'widen', on_delete: 'hard' } },
    ]);
  });

  it.each([
    [{ schema_drift: 'merge' }, ['schema_drift']],
    [{ schema_drift: '', on_delete: true }, ['schema_drift', 'on_delete']],
    [{ on_delete: ['hard'] }, ['on_delete']],
    [{ on_delete: 'hard', other: 'x' }, ['other']],
  ])('cannot be %j', async (properties, names) => {
    const server = await createConnectServer();
    const refused = {
      status: 400,
      body: { error: 'InvalidProperties', data: { bad_properties: names, report_card: { type: 'import_api' } } },
    };
    expect(await server.call('POST', '/v4/sources', { ...input, properties })).toMatchObject(refused);
    const { body } = await server.call('POST', '/v4/sources', input);
    const path = `/v4/sources/${(body as { id: number }).id}`;
    expect(await server.call('PUT', path, { properties })).toMatchObject(refused);
    expect((await server.call('GET', path)).body).toMatchObject({ properties: {} });
  });
});
