import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestSource, send, startTestApp, type TestApp, type TestSource } from '../support/test-app.ts';

let system: TestApp;
let source: TestSource;
beforeAll(async () => {
  system = await startTestApp();
  source = await createTestSource(system);
});
afterAll(() => system.stop());

const record = (fields: Record<string, unknown>): string =>
  JSON.stringify([{ client_id: source.accountId, action: 'upsert', key_names: ['id'], ...fields }]);

describe('a pushed record', () => {
  it('is answered with the documented bodies and lands typed', async () => {
    const push = await send(system.url, 'POST', '/v2/import/push', {
      token: source.token,
      body: record({ table_name: 'orders', sequence: 1, data: { id: 1, total: 9.5, lines: [{ sku: 'x' }, { sku: 'y' }] } }),
    });
    expect([push.status, push.text]).toEqual([201, '{"status":"OK","message":"Batch Accepted!"}']);
    expect(push.headers.get('content-type')).toMatch(/^application\/json/);
    await system.app.drain();
    expect(await system.query('SELECT id, total, _sdc_sequence, _sdc_table_version FROM shop.orders')).toEqual([
      { id: 1, total: 9.5, _sdc_sequence: 1, _sdc_table_version: 0 },
    ]);
    expect(
      await system.query('SELECT _sdc_source_key_id AS id, _sdc_level_0_id AS level, sku FROM shop.orders__lines ORDER BY level'),
    ).toEqual([
      { id: 1, level: 0, sku: 'x' },
      { id: 1, level: 1, sku: 'y' },
    ]);
  });

  it('lands within two seconds when it comes alone', async () => {
    const sentAt = performance.now();
    await send(system.url, 'POST', '/v2/import/push', {
      token: source.token,
      body: record({ table_name: 'alone', sequence: 1, data: { id: 1 } }),
    });
    await system.app.drain();
    expect(performance.now() - sentAt).toBeLessThan(2000);
    expect(await system.query('SELECT count(*) AS n FROM shop.alone')).toEqual([{ n: 1 }]);
  });

  it('keeps all digits of a 19-digit sequence and a 64-bit integer', async () => {
    const body = `[{"client_id":${source.accountId},"table_name":"digits","action":"upsert","key_names":["id"],"sequence":1795253001779869402,"data":{"id":9223372036854775807,"whole":15,"fraction":15.0}}]`;
    expect((await send(system.url, 'POST', '/v2/import/push', { token: source.token, body })).status).toBe(201);
    await system.app.drain();
    expect(
      await system.query(
        'SELECT id::VARCHAR AS id, _sdc_sequence::VARCHAR AS sequence, typeof(whole) AS whole, typeof(fraction) AS fraction FROM shop.digits',
      ),
    ).toEqual([{ id: '9223372036854775807', sequence: '1795253001779869402', whole: 'BIGINT', fraction: 'DOUBLE' }]);
  });

  it('is not stored by validate', async () => {
    const reply = await send(system.url, 'POST', '/v2/import/validate', {
      token: source.token,
      body: record({ table_name: 'dry', sequence: 1, data: { id: 1 } }),
    });
    expect([reply.status, reply.text]).toEqual([200, '{"status":"OK","message":"Batch is valid!"}']);
    await system.app.drain();
    expect(await system.query("SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = 'dry'")).toEqual([{ n: 0 }]);
  });

  it('still loads when its source was deleted after it was accepted', async () => {
    const other = await createTestSource(system, 'Doomed');
    const body = JSON.stringify([
      { client_id: other.accountId, table_name: 'last', action: 'upsert', key_names: ['id'], sequence: 1, data: { id: 1 } },
    ]);
    expect((await send(system.url, 'POST', '/v2/import/push', { token: other.token, body })).status).toBe(201);
    expect((await send(system.url, 'DELETE', `/v4/sources/${other.sourceId}`, { token: other.apiKey })).status).toBe(200);
    expect((await send(system.url, 'POST', '/v2/import/push', { token: other.token, body })).status).toBe(401);
    await system.app.drain();
    expect(await system.query('SELECT count(*) AS n FROM doomed.last', other.accountId)).toEqual([{ n: 1 }]);
  });

  it('survives a restart between acceptance and load', async () => {
    for (let id = 1; id <= 50; id += 1) {
      await send(system.url, 'POST', '/v2/import/push', {
        token: source.token,
        body: record({ table_name: 'restarted', sequence: id, data: { id } }),
      });
    }
    system = await system.restart();
    await system.app.drain();
    expect(await system.query('SELECT count(*) AS n FROM shop.restarted', source.accountId)).toEqual([{ n: 50 }]);
  });
});

describe('the status of the Import API', () => {
  it('needs no credential', async () => {
    const { status, body } = await send(system.url, 'GET', '/v2/import/status');
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'pipeline.gate', status: 'OK', reason: null });
  });
});
