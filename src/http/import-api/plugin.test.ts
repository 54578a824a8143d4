import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { batchBody, pushRecords } from '../../../tests/support/import-bodies.ts';
import { accepted, call, expectUnharmed, read, rowsPaths, stored } from '../../../tests/support/import-calls.ts';
import { startImportServer, type ImportServer } from '../../../tests/support/import-server.ts';
import { sendRaw, type RawResponse } from '../../../tests/support/raw-http.ts';

let server: ImportServer;
let push: string;

beforeAll(async () => {
  server = await startImportServer();
  push = JSON.stringify(pushRecords(server.accountId));
});
afterAll(() => server.stop());
afterEach(() => expectUnharmed(server));

describe('success', () => {
  it('accepts a push and a batch with 201 and exactly the documented bytes, and has stored them', async () => {
    const replies: RawResponse[] = [];
    expect(
      await stored(server, async () => {
        replies.push(await call(server, '/v2/import/push', push), await call(server, '/v2/import/batch', batchBody()));
      }),
    ).toBe(2);
    for (const reply of replies) {
      expect([reply.status, reply.body]).toEqual([201, accepted]);
      expect(reply.headers.get('content-type')).toBe('application/json;charset=UTF-8');
    }
  });

  it('validates without storing', async () => {
    const count = await stored(server, async () => {
      const reply = await call(server, '/v2/import/validate', push);
      expect([reply.status, reply.body]).toEqual([200, '{"status":"OK","message":"Batch is valid!"}']);
    });
    expect(count).toBe(0);
  });

  it('counts records and inflated bytes of what it stored, not of what it validated or refused', async () => {
    server.accepted.length = 0;
    // More than intake decodes on this thread: its bytes are transferred away before the count.
    const large = JSON.stringify(pushRecords(server.accountId, 2_000));
    expect(large.length).toBeGreaterThan(65_536);
    await call(server, '/v2/import/validate', push);
    await call(server, '/v2/import/push', '[]');
    await call(server, '/v2/import/push', gzipSync(push), { headers: ['Content-Encoding: gzip'] });
    await call(server, '/v2/import/push', large);
    expect(server.accepted).toEqual([
      [JSON.parse(push).length, push.length],
      [2_000, large.length],
    ]);
  });

  it('tells its status to everybody', async () => {
    const reply = await sendRaw(server.url, ['GET /v2/import/status/ HTTP/1.1', 'Host: localhost']);
    expect([reply.status, reply.body]).toEqual([
      200,
      '{"name":"pipeline.gate","version":"0.1.0","revision":"test","status":"OK","reason":null}',
    ]);
    const head = await sendRaw(server.url, ['HEAD /v2/import/status HTTP/1.1', 'Host: localhost']);
    expect([head.status, head.headers.get('content-length'), head.body]).toEqual([200, '88', '']);
  });

  it.each([
    ['/v2/import/push/', 'application/json'],
    ['/v2/import/push?x=1', 'application/json'],
    ['/v2/import/push', 'application/json; charset=utf-8'],
    ['/v2/import/push', 'Application/JSON;'],
    ['/v2/import/push', 'application/json ; nonsense="'],
  ])('accepts a push to %s as %s', async (path, type) => {
    expect((await call(server, path, push, { type })).status).toBe(201);
  });

  it('accepts compressed bodies', async () => {
    expect((await call(server, '/v2/import/push', gzipSync(push), { headers: ['Content-Encoding: gzip'] })).status).toBe(201);
  });
});

describe('verbs and media types', () => {
  it.each(rowsPaths)('answers 405 to every other verb on %s, with or without credentials', async (path) => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY']) {
      for (const authorization of [null, `Bearer ${server.token}`]) {
        const reply = await call(server, `${path}/`, '', { method, authorization, type: method === 'PUT' ? 'not a type' : null });
        expect([reply.status, reply.body], method).toEqual([405, '{"message":"Method not allowed."}']);
        expect(reply.headers.get('allow')).toBe('POST');
      }
    }
    const head = await sendRaw(server.url, [`HEAD ${path} HTTP/1.1`, 'Host: localhost']);
    expect([head.status, head.body]).toEqual([405, '']);
  });

  it('answers 405 to a POST of status', async () => {
    const reply = await call(server, '/v2/import/status', push);
    expect([reply.status, reply.body, reply.headers.get('allow')]).toEqual([405, '{"message":"Method not allowed."}', 'GET, HEAD']);
  });

  it.each([
    null,
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'application',
    'application/json, application/json',
    `x/${'y'.repeat(5000)}`,
  ])('answers 415 to the media type %s', async (type) => {
    for (const path of ['/v2/import/push', '/v2/import/validate']) {
      const [status, body] = read(await call(server, path, push, { type }));
      expect(status).toBe(415);
      expect(body).toEqual({
        status: 'ERROR',
        message: expect.stringMatching(
          /^Unsupported content-type .{1,100}\. Please send application\/json or application\/transit\+json$/,
        ) as string,
      });
    }
    const batch = await call(server, '/v2/import/batch', batchBody(), { type });
    expect(read(batch)).toEqual([415, { message: 'Content-Type must be application/json' }]);
  });

  it('takes Transit for push and validate, and refuses it for batch', async () => {
    const record = `["^ ","action","upsert","table_name","t","key_names",["id"],"sequence","~i1795253001779869401","client_id",${server.accountId},"data",["^ ","id",1]]`;
    for (const type of ['application/transit+json', 'application/transit+json; charset=utf-8', 'Application/Transit+JSON;charset=UTF-8']) {
      const count = await stored(server, async () => {
        expect(read(await call(server, '/v2/import/push', `[${record}]`, { type }))).toEqual([201, JSON.parse(accepted)]);
        expect(read(await call(server, '/v2/import/validate', `[${record}]`, { type }))[0]).toBe(200);
        expect(read(await call(server, '/v2/import/batch', `[${record}]`, { type }))).toEqual([
          415,
          { message: 'Content-Type must be application/json' },
        ]);
      });
      expect(count).toBe(1);
    }
  });

  it('refuses Transit that is malformed in the documented shape, in a thread as well', async () => {
    for (const padding of [0, 100_000]) {
      const reply = await call(server, '/v2/import/push', `["^8"${' '.repeat(padding)}]`, { type: 'application/transit+json' });
      expect(read(reply)).toEqual([
        400,
        { status: 'ERROR', message: 'Malformed json in the body!', error: 'Cache code ^8 out of range at byte 2', input: null },
      ]);
    }
  });

  it('reads no markers of Transit in a JSON body', async () => {
    const json = JSON.stringify(pushRecords(server.accountId)).replace('"sequence":1', '"sequence":"~i1"');
    expect(read(await call(server, '/v2/import/push', json))[0]).toBe(422);
  });

  it('answers 415 to an encoding it cannot undo and 400 to one that is broken', async () => {
    const brotli = read(await call(server, '/v2/import/push', push, { headers: ['Content-Encoding: br'] }));
    expect(brotli).toEqual([415, { status: 'ERROR', message: 'Unsupported content-encoding br. Please send gzip, deflate or identity' }]);
    expect(read(await call(server, '/v2/import/push', push, { headers: ['Content-Encoding: gzip, gzip'] }))[0]).toBe(415);
    const count = await stored(server, async () => {
      for (const body of [push, gzipSync(push).subarray(0, -5), Buffer.concat([gzipSync(push), Buffer.from('x')])]) {
        const broken = read(await call(server, '/v2/import/push', body, { headers: ['Content-Encoding: gzip'] }));
        expect(broken).toEqual([400, { status: 'ERROR', message: 'The body is not one complete gzip stream.' }]);
      }
    });
    expect(count).toBe(0);
  });
});
