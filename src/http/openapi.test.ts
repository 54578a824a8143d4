import { expect, it, onTestFinished } from 'vitest';
import { describeApis, openapiPath, type ApiName } from '../../contract/openapi.ts';
import { openapi } from './openapi.ts';
import { createHttpServer } from './server.ts';

async function start(): Promise<{ url: URL; origin: { current: string } }> {
  const origin = { current: 'https://thimble.example' };
  const server = await createHttpServer({
    surfaces: [openapi({ version: '1.2.3', origin: () => origin.current })],
    publicUrl: undefined,
    trustedProxies: [],
    health: () => undefined,
    log: { error() {}, warn() {} },
  });
  onTestFinished(() => server.close());
  return { url: await server.listen('127.0.0.1', 0), origin };
}

it('serves the document of every API to anybody, with the installation as its server', async () => {
  const { url } = await start();
  for (const name of Object.keys(describeApis) as ApiName[]) {
    const reply = await fetch(new URL(openapiPath(name), url));
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    const document = (await reply.json()) as { paths: object };
    expect(document).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' }, servers: [{ url: 'https://thimble.example' }] });
    expect(Object.keys(document.paths).length).toBeGreaterThan(3);
  }
});

it('answers 304 to who has the document, and the new one when the address changed', async () => {
  const { url, origin } = await start();
  const path = new URL(openapiPath('connect'), url);
  const first = await fetch(path);
  const headers = { 'if-none-match': String(first.headers.get('etag')) };
  expect(first.headers.get('cache-control')).toBe('public, max-age=300');
  expect((await fetch(path, { headers })).status).toBe(304);
  origin.current = 'https://other.example';
  const changed = await fetch(path, { headers });
  expect([changed.status, await changed.json()]).toEqual([200, expect.objectContaining({ servers: [{ url: 'https://other.example' }] })]);
});

it('answers 404 to other paths below it', async () => {
  const { url } = await start();
  const reply = await fetch(new URL('/openapi/else.json', url));
  expect([reply.status, await reply.json()]).toEqual([404, { error: 'Not Found' }]);
});
