import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { batchBody, pushRecords } from '../../../tests/support/import-bodies.ts';
import { accepted, call, expectUnharmed, open, read, rowsPaths, stored } from '../../../tests/support/import-calls.ts';
import { startImportServer, type ImportServer } from '../../../tests/support/import-server.ts';

const notAuthorized = '{"message":"Not Authorized"}';

let server: ImportServer;
let push: string;

beforeAll(async () => {
  server = await startImportServer();
  push = JSON.stringify(pushRecords(server.accountId));
});
afterAll(() => server.stop());
afterEach(() => expectUnharmed(server));

describe('credentials', () => {
  it.each(rowsPaths)('refuses a missing, malformed, unknown or foreign credential on %s in one way', async (path) => {
    const other = server.issue('import_token', { accountId: 100_002, sourceId: 1003 });
    const revoked = server.issue('import_token');
    revoked.revoke();
    const disabled = server.issue('import_token');
    disabled.disable();
    const body = path.endsWith('batch') ? batchBody() : push;
    const count = await stored(server, async () => {
      for (const authorization of [
        null,
        '',
        'Bearer',
        server.token,
        `Basic ${Buffer.from(`a:${server.token}`).toString('base64')}`,
        `Bearer ${server.token.slice(0, -1)}`,
        `Bearer ${server.token.slice(0, -1)}${server.token.endsWith('a') ? 'b' : 'a'}`,
        `Bearer ${server.token} x`,
        `Bearer ${'x'.repeat(5000)}`,
        `Bearer ${server.issue('api_key').token}`,
        `Bearer ${server.issue('partner_key').token}`,
        `Bearer ${revoked.token}`,
        `Bearer ${disabled.token}`,
      ]) {
        const reply = await call(server, path, body, { authorization });
        expect([reply.status, reply.body], String(authorization)).toEqual([401, notAuthorized]);
        expect(reply.headers.get('www-authenticate')).toBe('Bearer');
      }
      // Its account and source are not known to be alive.
      expect((await call(server, path, body, { authorization: `Bearer ${other.token}` })).status).toBe(401);
    });
    expect(count).toBe(0);
  });

  it('answers before the media type, the size and the body are looked at', async () => {
    const reply = await call(server, '/v2/import/push', '{', { authorization: null, type: 'text/plain', declared: 999_999_999 });
    expect([reply.status, reply.body]).toEqual([401, notAuthorized]);
  });

  it.each(['bearer', 'BEARER', 'Bearer:'])('reads the scheme %s', async (scheme) => {
    expect((await call(server, '/v2/import/push', push, { authorization: `${scheme} ${server.token}` })).status).toBe(201);
  });

  it('never accepts the token of another account for these records', async () => {
    server.registry.apply([
      { kind: 'account', accountId: 100_003, held: false, apiAccess: true },
      { kind: 'source', sourceId: 1004, state: 'active' },
    ]);
    const foreign = server.issue('import_token', { accountId: 100_003, sourceId: 1004 });
    const count = await stored(server, async () => {
      expect(read(await call(server, '/v2/import/push', push, { authorization: `Bearer ${foreign.token}` }))).toEqual([
        403,
        { status: 'ERROR', error: 'Forbidden', errors: { error: 'Access token is not associated with this client.' } },
      ]);
    });
    expect(count).toBe(0);
  });

  it('says that a source is paused or deleted, or its account on hold', async () => {
    const inactive = '{"error":"Forbidden","errors":{"error":"Connection is not active."}}';
    const { token } = server.issue('import_token', { accountId: 100_004, sourceId: 1005 });
    const ask = async (): Promise<[number, string]> => {
      const reply = await call(server, '/v2/import/batch', batchBody(), { authorization: `Bearer ${token}` });
      return [reply.status, reply.body];
    };
    server.registry.apply([
      { kind: 'account', accountId: 100_004, held: false, apiAccess: false },
      { kind: 'source', sourceId: 1005, state: 'active' },
    ]);
    expect(await ask()).toEqual([201, accepted]);
    server.registry.apply([{ kind: 'source', sourceId: 1005, state: 'inactive' }]);
    expect(await ask()).toEqual([401, inactive]);
    server.registry.apply([{ kind: 'source', sourceId: 1005, state: 'deleted' }]);
    expect(await ask()).toEqual([401, inactive]);
    server.registry.apply([
      { kind: 'source', sourceId: 1005, state: 'active' },
      { kind: 'account', accountId: 100_004, held: true, apiAccess: false },
    ]);
    expect(await ask()).toEqual([401, inactive]);
  });

  it('refuses a credential in the query string, even beside a good header, and tells the owner', async () => {
    const leaked = server.issue('import_token');
    const count = await stored(server, async () => {
      for (const query of [`token=${leaked.token}`, `anything=${leaked.token}`, 'access_token=abc', 'API_KEY=']) {
        const reply = await call(server, `/v2/import/push?${query}`, push);
        expect(reply.status, query).toBe(401);
        expect(reply.body).toContain('never in the URL');
      }
    });
    expect(count).toBe(0);
    expect(server.registry.takeUsage(500, { all: true }).map(({ denied }) => denied?.reason)).toContain('query_string');
    expect(JSON.stringify(server.log)).not.toContain(leaked.token.slice(15));
  });

  it('stores nothing with a token that is revoked while its body is on the way', async () => {
    const victim = server.issue('import_token');
    const count = await stored(server, async () => {
      const connection = await open(server, '/v2/import/push', { authorization: `Bearer ${victim.token}`, declared: push.length });
      await connection.send(push.slice(0, 10));
      await expect.poll(() => server.budget.takenBytes).toBe(push.length);
      victim.revoke();
      await server.registry.drained();
      await connection.send(push.slice(10));
      const reply = await connection.response();
      expect([reply.status, reply.body]).toEqual([401, notAuthorized]);
      connection.cut();
    });
    expect(count).toBe(0);
  });
});
