import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { exemptOrigin } from '../tests/support/documented-replies.ts';
import { createConnectClient, type ConnectClient } from './connect-api.ts';

/** A client of a server that answers as given, and what it asked for. */
async function createHarness(answer: (response: ServerResponse) => void): Promise<{ client: ConnectClient; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const baseUrl = new URL(`http://127.0.0.1:${port}`);
  exemptOrigin(baseUrl.origin);
  return { client: createConnectClient({ baseUrl, apiKey: 'ac_1' }), asked };
}

it('tells a job that runs already apart from one that was started, though both come with status 200', async () => {
  const { client, asked } = await createHarness((response) =>
    response.end(JSON.stringify({ error: { type: 'already_running', message: 'One runs.' } })),
  );
  await expect(client.call('startJob', { params: { source_id: 7 } })).rejects.toMatchObject({ name: 'ApiError', status: 200 });
  expect(asked).toEqual(['POST /v4/sources/7/sync Bearer ac_1']);
});

it('takes a check for what it is, failed or not', async () => {
  const { client } = await createHarness((response) => response.end(JSON.stringify({ name: 'c', error: true })));
  expect(await client.call('getSourceCheck', { params: { source_id: 7 } })).toEqual({ name: 'c', error: true });
});

it('gives the address of a log and does not follow it, with what is in a path escaped', async () => {
  const { client, asked } = await createHarness((response) => response.writeHead(302, { location: 'https://logs.example.com/1' }).end());
  const params = { client_id: 3, job_name: 'a/b?c' };
  expect(await client.call('getExtractionLog', { params })).toEqual({ location: 'https://logs.example.com/1' });
  expect(asked).toEqual(['GET /v4/3/extractions/a%2Fb%3Fc Bearer ac_1']);
});

it('follows no redirect where none belongs', async () => {
  const { client, asked } = await createHarness((response) => response.writeHead(302, { location: '/v4/elsewhere' }).end());
  await expect(client.call('listExtractions', { params: { client_id: 3 }, query: { page: '2' } })).rejects.toThrow(TypeError);
  expect(asked).toEqual(['GET /v4/3/extractions?page=2 Bearer ac_1']);
});
