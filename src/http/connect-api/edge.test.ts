import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { disableApiKey } from '../../domain/api-key/disable.ts';
import { deleteApiKey } from '../../domain/api-key/delete.ts';
import { createImportToken } from '../../domain/import-token/create.ts';
import { setAccountPlan } from '../../domain/account/set-plan.ts';
import { createSource } from '../../domain/source/create.ts';

const unauthorized = { status: 401, body: { error: 'Unauthorized', data: { message: expect.any(String) } } };
const notFound = { status: 404, body: { error: 'NotFound', data: { message: expect.any(String) } } };

async function importToken(server: ConnectServer): Promise<string> {
  const source = await createSource(server.plane.operator, server.accountId, { type: 'import_api', display_name: 'Tokens' });
  return (await createImportToken(server.plane.operator, server.accountId, source.id)).token;
}

describe('authentication', () => {
  it('accepts the key as bearer in any case, with a colon, or alone', async () => {
    const server = await createConnectServer();
    const { token } = server.key;
    for (const authorization of [`Bearer ${token}`, `bearer ${token}`, `BEARER  ${token}`, `Bearer: ${token}`, token]) {
      expect((await server.call('GET', '/v4/sources', undefined, { authorization })).status).toBe(200);
    }
  });

  it('refuses everything else in one way', async () => {
    const server = await createConnectServer();
    const { token } = server.key;
    const typo = `${token.slice(0, -1)}${token.endsWith('x') ? 'y' : 'x'}`;
    for (const authorization of [
      '',
      'Bearer',
      'Bearer ',
      `Basic ${btoa(token)}`,
      typo,
      `Bearer ${token} ${token}`,
      'Bearer %zz',
      await importToken(server),
    ]) {
      const reply = await server.call('GET', '/v4/sources', undefined, { authorization });
      expect(reply).toMatchObject(unauthorized);
      expect(reply.headers.get('www-authenticate')).toBe('Bearer');
      expect(reply.body).toEqual({ error: 'Unauthorized', data: { message: 'A valid API access key is required.' } });
    }
  });

  it('refuses an import token on every route', async () => {
    const server = await createConnectServer();
    const authorization = `Bearer ${await importToken(server)}`;
    for (const [method, path] of [
      ['GET', '/v4/sources'],
      ['POST', '/v4/sources'],
      ['GET', '/v4/sources/1001'],
      ['PUT', '/v4/sources/1001'],
      ['DELETE', '/v4/sources/1001'],
      ['POST', '/v4/sources/1001/tokens'],
      ['GET', '/v4/sources/1001/tokens'],
      ['DELETE', '/v4/sources/1001/tokens/1'],
      ['GET', '/v4/source-types'],
      ['GET', '/v4/nothing'],
    ] as const) {
      expect(await server.call(method, path, undefined, { authorization })).toMatchObject(unauthorized);
    }
  });

  it('refuses a disabled, a deleted and a downgraded key', async () => {
    const server = await createConnectServer();
    await setAccountPlan(server.plane.operator, server.foreign.accountId, 'standard');
    expect(await server.call('GET', '/v4/sources', undefined, { authorization: server.foreign.key.token })).toMatchObject(unauthorized);
    await disableApiKey(server.plane.operator, server.key.row.id);
    expect(await server.call('GET', '/v4/sources')).toMatchObject(unauthorized);
    await deleteApiKey(server.plane.operator, server.key.row.id, { compromised: false });
    expect(await server.call('GET', '/v4/sources')).toMatchObject(unauthorized);
  });

  it('refuses a key in the query string, even beside a good header, and records it without the secret', async () => {
    const server = await createConnectServer();
    expect(await server.call('GET', `/v4/sources?access_token=${server.key.token}`)).toMatchObject(unauthorized);
    expect(await server.call('GET', `/v4/sources?q=${server.key.token}`, undefined, { authorization: '' })).toMatchObject(unauthorized);
    const [row] = server.plane.registry.takeUsage(10).filter(({ credentialId }) => credentialId === server.key.row.id);
    expect(row).toMatchObject({ denied: { reason: 'query_string' }, used: undefined });
    expect(server.logged.join('\n')).not.toContain(server.key.token.slice(15, 47));
  });

  it('comes before the route, and the route before the body', async () => {
    const server = await createConnectServer();
    const none = { authorization: '' };
    expect(await server.call('GET', '/v4/nothing', undefined, none)).toMatchObject(unauthorized);
    expect(await server.call('POST', '/v4/sources', '{', none)).toMatchObject(unauthorized);
    expect(await server.call('POST', '/v4/nothing', '{')).toMatchObject(notFound);
  });

  it('notes who used a key, where and how', async () => {
    const server = await createConnectServer();
    await server.call('GET', '/v4/sources/1', undefined, { 'user-agent': 'probe/1' });
    const [row] = server.plane.registry.takeUsage(10).filter(({ credentialId }) => credentialId === server.key.row.id);
    expect(row?.used).toMatchObject({
      address: '127.0.0.1',
      userAgent: 'probe/1',
      endpoint: expect.stringMatching(/^GET \/v4\/sources\/:source_id/),
    });
  });
});

describe('the edge', () => {
  it('answers 404 in shape S1 to unknown paths, wrong methods and ids that are no numbers', async () => {
    const server = await createConnectServer();
    for (const [method, path] of [
      ['GET', '/v4'],
      ['GET', '/v4/'],
      ['GET', '/v4/nothing'],
      ['PATCH', '/v4/sources'],
      ['PUT', '/v4/sources'],
      ['DELETE', '/v4/sources'],
      ['POST', '/v4/sources/1001'],
      ['PUT', '/v4/sources/1001/tokens'],
      ['GET', '/v4/sources/1001/tokens/1'],
      ['OPTIONS', '/v4/sources'],
      ['GET', '/v4/sources/abc'],
      ['GET', '/v4/sources/-1'],
      ['GET', '/v4/sources/1.5'],
      ['GET', '/v4/sources/0x10'],
      ['GET', '/v4/sources/1001%2Ftokens'],
      ['GET', '/v4/sources/%00'],
      ['DELETE', '/v4/sources/1001/tokens/abc'],
      ['GET', '/v4/sources//'],
      ['GET', `/v4/sources/${'x'.repeat(5000)}`],
      ['POST', '/v4/source-types'],
    ] as const) {
      expect({ method, path, ...(await server.call(method, path)) }).toMatchObject({ method, path, ...notFound });
    }
    expect((await server.call('HEAD', '/v4/sources')).status).toBe(404);
  });

  it('answers a path that is no URL in shape S1', async () => {
    const server = await createConnectServer();
    const reply = await server.call('GET', '/v4/sources/%zz');
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    expect(reply.body).toMatchObject({ error: expect.any(String), data: { message: expect.any(String) } });
  });

  it('reads JSON whatever the content type says, and no compressed bodies', async () => {
    const server = await createConnectServer();
    const body = JSON.stringify({ type: 'import_api', display_name: 'Text' });
    expect((await server.call('POST', '/v4/sources', body, { 'content-type': 'text/plain' })).status).toBe(200);
    const packed = gzipSync(body);
    expect(await server.call('POST', '/v4/sources', new Uint8Array(packed), { 'content-encoding': 'gzip' })).toMatchObject({
      status: 400,
      body: { error: 'InvalidBody' },
    });
  });

  it('withholds what failed inside, and logs it under the request id', async () => {
    const server = await createConnectServer();
    await server.plane.parts.store.close();
    const reply = await server.call('GET', '/v4/sources');
    expect(reply).toMatchObject({
      status: 500,
      body: { error: 'InternalError', data: { message: 'Something failed on our side.', request_id: expect.any(String) } },
    });
    const { request_id: requestId } = (reply.body as { data: { request_id: string } }).data;
    expect(server.logged.join('\n')).toContain(requestId);
  });
});
