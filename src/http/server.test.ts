import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startImportServer, type ImportServer } from '../../tests/support/import-server.ts';
import { connectRaw, sendRaw } from '../../tests/support/raw-http.ts';
import type { Surface } from './surface.ts';

/** A surface that fails, hangs and uses Fastify's own body parsing. */
const sample: Surface = {
  name: 'sample',
  prefix: '/sample',
  plugin: (app, _options, done) => {
    app.get('/sample/fails', () => Promise.reject(new Error('the password is hunter2')));
    app.get('/sample/waits', async (_request, reply) => {
      started.resolve();
      await gate.promise;
      return reply.send({ done: true });
    });
    app.post('/sample/echo', (request, reply) => reply.send(request.body));
    done();
  },
  renderError: (status, message) => ({ sample: status, text: message }),
};
let gate = Promise.withResolvers<void>();
let started = Promise.withResolvers<void>();

const limits = { timeouts: { headersMs: 300, requestMs: 600, checkEveryMs: 50, closeGraceMs: 300 }, linger: { bytes: 2 ** 20, ms: 300 } };
let server: ImportServer;
let host: string;

beforeAll(async () => {
  server = await startImportServer({ ...limits, surfaces: [sample] });
  host = `Host: ${server.url.host}`;
});
afterAll(() => server.stop());

describe('http server', () => {
  it('tells its health, with reasons when it is not well', async () => {
    const well = await sendRaw(server.url, ['GET /healthz HTTP/1.1', host]);
    expect([well.status, well.body]).toEqual([200, '{"status":"ok"}']);
    server.unhealthy = ['The disk is full.'];
    const ill = await sendRaw(server.url, ['GET /healthz HTTP/1.1', host]);
    const importStatus = await sendRaw(server.url, ['GET /v2/import/status HTTP/1.1', host]);
    server.unhealthy = undefined;
    expect([ill.status, ill.body]).toEqual([503, '{"status":"unhealthy","reasons":["The disk is full."]}']);
    expect(importStatus.status).toBe(503);
    expect(JSON.parse(importStatus.body)).toMatchObject({ name: 'pipeline.gate', status: 'ERROR', reason: 'The disk is full.' });
  });

  it('says nothing about what it is made of', async () => {
    const { headers } = await sendRaw(server.url, ['GET /nothing HTTP/1.1', host]);
    expect([...headers.keys()].filter((name) => /powered|server/.test(name))).toEqual([]);
  });

  it.each([
    ['GET', '/nothing', {}, '{"error":"Not Found"}'],
    ['POST', '/', {}, '{"error":"Not Found"}'],
    ['PROPFIND', '/nothing', { 'Content-Type': 'not a media type', 'Content-Length': '0' }, '{"error":"Not Found"}'],
    ['GET', '/v2/import', {}, '{"message":"Not found."}'],
    ['DELETE', '/v2/import/nothing?x=1', {}, '{"message":"Not found."}'],
    ['GET', '/v2/importer', {}, '{"error":"Not Found"}'],
    ['GET', '//v2/import/status', {}, '{"error":"Not Found"}'],
  ])('answers 404 to %s %s in the shape of its surface', async (method, path, headers, body) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const reply = await sendRaw(server.url, [`${method} ${path} HTTP/1.1`, host, ...lines]);
    expect([reply.status, reply.body]).toEqual([404, body]);
    expect(reply.headers.get('content-type')).toBe('application/json;charset=UTF-8');
  });

  it.each([
    ['/%zz', '{"error":"Bad Request"}'],
    ['/v2/import/%zz', '{"message":"Bad Request"}'],
    ['/v2/import/%', '{"message":"Bad Request"}'],
    ['/sample/%c0%80', '{"sample":400,"text":"Bad Request"}'],
  ])('answers 400 to the undecodable path %s in the shape of its surface', async (path, body) => {
    const reply = await sendRaw(server.url, [`GET ${path} HTTP/1.1`, host]);
    expect([reply.status, reply.body]).toEqual([400, body]);
  });

  it('counts every answer of a surface under its name: success, refusal, unknown path, failure and foreign host', async () => {
    server.requests.length = 0;
    const ask = (line: string, ...lines: string[]): Promise<unknown> => sendRaw(server.url, [`${line} HTTP/1.1`, ...lines]);
    await ask('GET /v2/import/status', host);
    await ask('POST /v2/import/push', host, 'Content-Length: 0');
    await ask('GET /v2/import/nothing', host);
    await ask('GET /sample/fails', host);
    await ask('GET /sample/fails', 'Host: evil.example');
    await ask('GET /healthz', host);
    await expect.poll(() => server.requests).toHaveLength(5);
    expect(server.requests).toEqual([
      ['import', 200],
      ['import', 401],
      ['import', 404],
      ['sample', 500],
      ['sample', 421],
    ]);
  });

  it('refuses two Host headers and goes by an absolute request target', async () => {
    const ask = async (line: string, ...lines: string[]): Promise<number> =>
      (await sendRaw(server.url, [`${line} HTTP/1.1`, ...lines])).status;
    expect(await ask('GET /healthz', host, 'Host: evil.example')).toBe(400);
    expect(await ask('GET http://evil.example/healthz', host)).toBe(421);
    expect(await ask('GET http://localhost/healthz', 'Host: evil.example')).toBe(200);
  });

  it('withholds the message of an unexpected error and logs it with the request id', async () => {
    const reply = await sendRaw(server.url, ['GET /sample/fails?secret=1 HTTP/1.1', host]);
    expect([reply.status, reply.body]).toEqual([500, '{"sample":500,"text":"Internal error"}']);
    const line = server.log.find(({ fields }) => 'requestId' in fields && fields.requestId === reply.headers.get('x-request-id'));
    expect(line?.fields).toMatchObject({
      path: '/sample/fails',
      err: expect.objectContaining({ message: 'the password is hunter2' }) as Error,
    });
  });

  it('lets no client choose the request id', async () => {
    const reply = await sendRaw(server.url, ['GET /nothing HTTP/1.1', host, 'X-Request-Id: mine', 'Request-Id: mine']);
    expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-[0-9a-z]+$/);
  });

  it('leaves body parsing to the surfaces', async () => {
    const echoed = await sendRaw(
      server.url,
      ['POST /sample/echo HTTP/1.1', host, 'Content-Type: application/json', 'Content-Length: 7'],
      '{"a":1}',
    );
    expect(echoed.body).toBe('{"a":1}');
    const malformed = await sendRaw(
      server.url,
      ['POST /sample/echo HTTP/1.1', host, 'Content-Type: application/json', 'Content-Length: 2'],
      '{x',
    );
    expect([malformed.status, malformed.body]).toEqual([400, '{"sample":400,"text":"Bad Request"}']);
  });

  it.each([
    ['a foreign host', 'GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n', 421],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['garbage', '\x00\x01\xff\xfe garbage\r\n\r\n', 400],
    ['a TLS client hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['an unknown verb', 'FLY /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['a bad header', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nbad header\r\n\r\n', 400],
    ['two lengths', 'POST /v2/import/push HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    [
      'length and chunks (request smuggling)',
      'POST /v2/import/push HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a length that is no number', 'POST /v2/import/push HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1e3\r\n\r\n', 400],
    ['a negative length', 'POST /v2/import/push HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n', 400],
    ['one huge header', `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
    ['a flood of headers', `GET /healthz HTTP/1.1\r\nHost: localhost\r\n${'a: b\r\n'.repeat(20_000)}\r\n`, 431],
    ['a huge target', `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n', 405],
  ])('answers %s with one valid JSON response and stays up', async (_name, bytes, status) => {
    const connection = await connectRaw(server.url);
    await connection.send(Buffer.from(bytes, 'latin1'));
    const reply = await connection.response();
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    expect(JSON.parse(reply.body)).toBeTypeOf('object');
    expect(connection.rest()).toBe('');
    connection.cut();
    expect((await sendRaw(server.url, ['GET /healthz HTTP/1.1', host])).status).toBe(200);
  });

  it('ends a client that never finishes its headers with 408', async () => {
    const connection = await connectRaw(server.url);
    await connection.send('GET /healthz HTTP/1.1\r\nHost: loc');
    expect((await connection.response()).status).toBe(408);
    await connection.closed;
  });

  it('ends a client that never finishes its body with 408, whoever reads it', async () => {
    const connection = await connectRaw(server.url);
    await connection.send(`POST /sample/echo HTTP/1.1\r\n${host}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`);
    expect((await connection.response()).status).toBe(408);
    await connection.closed;
  });

  it('answers pipelined requests in order, and a good one before the garbage behind it', async () => {
    const connection = await connectRaw(server.url);
    await connection.send(
      `GET /v2/import/status HTTP/1.1\r\n${host}\r\n\r\nGET /nothing HTTP/1.1\r\n${host}\r\n\r\nGET /healthz HTTP/1.1\r\n${host}\r\n\r\n`,
    );
    expect([(await connection.response()).status, (await connection.response()).status, (await connection.response()).status]).toEqual([
      200, 404, 200,
    ]);

    started = Promise.withResolvers();
    gate = Promise.withResolvers();
    await connection.send(`GET /sample/waits HTTP/1.1\r\n${host}\r\n\r\n\0 garbage\r\n\r\n`);
    await started.promise;
    gate.resolve();
    const reply = await connection.response();
    expect([reply.status, reply.body]).toEqual([200, '{"done":true}']);
    await connection.closed;
    expect(connection.rest()).toBe('');
  });

  it('answers before a body it does not want, and bears the rest of it only up to a bound', async () => {
    const connection = await connectRaw(server.url);
    await connection.send(`POST /nothing HTTP/1.1\r\n${host}\r\nContent-Length: 50000000\r\n\r\n`);
    const reply = await connection.response();
    expect([reply.status, reply.headers.get('connection')]).toEqual([404, 'close']);
    // Still open: what was on its way is taken off the wire, then it ends.
    await connection.send(Buffer.alloc(500_000));
    expect(connection.rest()).toBe('');
    await connection.closed;
  });

  it('does not ask for a body it refuses (Expect: 100-continue), and asks when a surface reads it', async () => {
    const refused = await connectRaw(server.url);
    await refused.send(`POST /nothing HTTP/1.1\r\n${host}\r\nExpect: 100-continue\r\nContent-Length: 7\r\n\r\n`);
    expect((await refused.response()).status).toBe(404);
    refused.cut();
    const wanted = await connectRaw(server.url);
    await wanted.send(
      `POST /sample/echo HTTP/1.1\r\n${host}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 7\r\n\r\n`,
    );
    expect((await wanted.response()).status).toBe(100);
    await wanted.send('{"a":1}');
    const reply = await wanted.response();
    expect([reply.status, reply.body]).toEqual([200, '{"a":1}']);
    wanted.cut();
  });
});

describe('public URL and proxies', () => {
  it('answers for its public host behind a trusted proxy that speaks HTTPS, and takes the client address from it', async () => {
    const proxied = await startImportServer({ publicUrl: new URL('https://ingest.example.com'), trustedProxies: ['127.0.0.1'] });
    const ask = async (...lines: string[]): Promise<number> =>
      (await sendRaw(proxied.url, ['GET /v2/import/status HTTP/1.1', ...lines])).status;
    expect(await ask('Host: ingest.example.com', 'X-Forwarded-Proto: https')).toBe(200);
    expect(await ask('Host: ingest.example.com', 'X-Forwarded-Proto: http')).toBe(403);
    expect(await ask('Host: other.example.com', 'X-Forwarded-Proto: https')).toBe(421);
    const authorization = `Authorization: Bearer ${proxied.token}`;
    await sendRaw(proxied.url, [
      'POST /v2/import/push HTTP/1.1',
      'Host: localhost',
      authorization,
      'X-Forwarded-Proto: https',
      'X-Forwarded-For: 192.0.2.9',
      'Content-Length: 0',
    ]);
    expect(proxied.registry.takeUsage(10)[0]?.used?.address).toBe('192.0.2.9');
    await proxied.stop();
  });

  it('listens on localhost', async () => {
    const local = await startImportServer({ host: 'localhost' });
    expect(local.url.hostname).toBe('127.0.0.1');
    expect((await fetch(new URL('/healthz', `http://localhost:${local.url.port}`))).status).toBe(200);
    await local.stop();
  });
});

describe('close', () => {
  it('finishes what is in flight, closes idle connections, and accepts nothing new', async () => {
    const closing = await startImportServer({ ...limits, timeouts: { ...limits.timeouts, closeGraceMs: 10_000 }, surfaces: [sample] });
    const idle = await connectRaw(closing.url);
    await idle.send('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await idle.response();
    started = Promise.withResolvers();
    gate = Promise.withResolvers();
    const busy = await connectRaw(closing.url);
    await busy.send('GET /sample/waits HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await started.promise;
    const stopped = closing.stop();
    await idle.closed;
    await expect(connectRaw(closing.url)).rejects.toThrow(/ECONNREFUSED/);
    gate.resolve();
    const reply = await busy.response();
    expect([reply.status, reply.headers.get('connection')]).toEqual([200, 'close']);
    await stopped;
  });

  it('does not wait for ever for a client', async () => {
    const closing = await startImportServer(limits);
    const slow = await connectRaw(closing.url);
    await slow.send(
      `POST /v2/import/push HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${closing.token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`,
    );
    await expect.poll(() => closing.budget.takenBytes).toBe(1000);
    await closing.stop();
    await slow.closed;
    expect(closing.budget.takenBytes).toBe(0);
  });
});
