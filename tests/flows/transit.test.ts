import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestSource, send, startTestApp, type Reply, type TestApp, type TestSource } from '../support/test-app.ts';

let system: TestApp;
let source: TestSource;
beforeAll(async () => {
  system = await startTestApp();
  source = await createTestSource(system);
});
afterAll(() => system.stop());

const push = (body: string, path = '/v2/import/push'): Promise<Reply> =>
  send(system.url, 'POST', path, { token: source.token, body, headers: { 'content-type': 'application/transit+json; charset=utf-8' } });
const record = (table: string, sequence: string, data: string): string =>
  `["^ ","action","upsert","table_name","${table}","key_names",["id"],"sequence",${sequence},"client_id",${source.accountId},"data",${data}]`;

describe('a push of Transit', () => {
  it('lands with its types (loading.md E15)', async () => {
    const data = '["^ ","id",1,"w","~m1565731503123","d","~f3.10","u","~u3f0c9a52-7d1e-4b86-9a40-c2e57d18b6f3"]';
    expect((await push(`[${record('typed', '1', data)}]`)).status).toBe(201);
    await system.app.drain();
    expect(
      await system.query('SELECT typeof(w) AS wt, w::VARCHAR AS w, typeof(d) AS dt, (d = 3.10) AS d, typeof(u) AS ut, u FROM shop.typed'),
    ).toEqual([
      {
        wt: expect.stringContaining('TIMESTAMP') as string,
        w: expect.stringContaining('2019-08-13 21:25:03.123') as string,
        dt: expect.stringContaining('DECIMAL') as string,
        d: true,
        ut: 'VARCHAR',
        u: '3f0c9a52-7d1e-4b86-9a40-c2e57d18b6f3',
      },
    ]);
  });

  it('lands as the Python client writes it: codes, a 19-digit sequence, and the later record of a key', async () => {
    const body = `[["^ ","action","upsert","table_name","pets","key_names",["id"],"sequence","~i1795253001779869401",
      "data",["^ ","id",1,"born_at","~m1565731503123","cost","~f3.10","tag","~~x","owner",["^ ","name","Ann"]],"client_id",${source.accountId}],
      ["^ ","^0","upsert","^1","pets","^2",["id"],"^3","~i1795253001779869402",
      "^4",["^ ","id",2,"^5",null,"^6",null,"tag","y","^7",["^ ","^8","Bö"]],"^9",${source.accountId}],
      ["^ ","^0","upsert","^1","pets","^2",["id"],"^3","~n9223372036854775807","^4",["^ ","id",2,"tag","z"],"^9",${source.accountId}]]`;
    expect((await push(body, '/v2/import/validate')).status).toBe(200);
    expect((await push(body)).status).toBe(201);
    await system.app.drain();
    expect(
      await system.query('SELECT id, tag, owner__name AS owner, _sdc_sequence::VARCHAR AS sequence FROM shop.pets ORDER BY id'),
    ).toEqual([
      { id: 1, tag: '~x', owner: 'Ann', sequence: '1795253001779869401' },
      { id: 2, tag: 'z', owner: null, sequence: '9223372036854775807' },
    ]);
  });

  it('lands with special doubles, and sets aside a date that no destination holds', async () => {
    const values = '["^ ","id",1,"nan","~zNaN","up","~zINF","down","~f-Infinity"]';
    expect(
      (
        await push(
          `[${record('special', '1', values)},["^ ","^0","upsert","^1","special","^2",["id"],"^3",1,"^4",${source.accountId},"^5",["^ ","id",2,"at","~m9223372036854775807"]]]`,
        )
      ).status,
    ).toBe(201);
    await system.app.drain();
    expect(await system.query('SELECT id, nan::VARCHAR AS nan, up::VARCHAR AS up, down::VARCHAR AS down FROM shop.special')).toEqual([
      { id: 1, nan: 'nan', up: 'inf', down: '-inf' },
    ]);
    expect(await system.query("SELECT count(*) AS n FROM shop._sdc_rejected WHERE table_name = 'special'")).toEqual([{ n: 1 }]);
  });
});
