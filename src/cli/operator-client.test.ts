import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts';
import { operatorSocketOf } from '../config/operator-socket.ts';
import { connectOperator } from './operator-client.ts';

it.each(['POST', 'DELETE'] as const)('sends the body of a %s so that the server can read it', async (method) => {
  const data = temporaryDirectory();
  const server = createServer((request, response) => {
    void text(request).then((body) => response.end(JSON.stringify({ method: request.method, body })));
  });
  onTestFinished(() => void server.close());
  await once(server.listen(operatorSocketOf(data).path), 'listening');
  const operator = connectOperator({ positionals: [], flags: { data } });
  expect(await operator.call(method, '/api-keys/1', { compromised: true, why: 'é' })).toEqual({
    method,
    body: '{"compromised":true,"why":"é"}',
  });
  expect(await operator.call(method, '/api-keys/1')).toEqual({ method, body: '' });
});
