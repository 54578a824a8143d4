/** An HTTP proxy as one that ends TLS: it passes requests on with headers of its own, `Host` among them. */
import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Starts a proxy in front of a server; it ends with the running test. */
export async function startHttpProxy(target: URL, headers: Readonly<Record<string, string>>): Promise<URL> {
  const server = createServer((incoming, answer) => {
    const passed = send(
      new URL(incoming.url ?? '/', target),
      { method: incoming.method, headers: { ...incoming.headers, ...headers } },
      (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      },
    );
    passed.on('error', () => answer.destroy());
    incoming.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}
