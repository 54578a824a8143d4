import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLoopbackHost } from './transport-rules.ts';

/** The part of a prom-client registry that is used here. */
export interface MetricsRegistry {
  readonly contentType: string;
  metrics(): Promise<string>;
}

export interface MetricsServer {
  /** Resolves with the origin. Port 0 picks a free one. */
  listen(port: number): Promise<URL>;
  close(): Promise<void>;
}

/** Serves `GET /metrics` on 127.0.0.1 only; a Host that is not loopback is refused (DNS rebinding). */
export function createMetricsServer(options: { registry: MetricsRegistry }): MetricsServer {
  const { registry } = options;
  const server = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isLoopbackHost(request.headers.host ?? '')) return end(response, 421, 'Metrics are served on loopback names only.\n');
    if (request.url !== '/metrics') return end(response, 404, 'Not found. Metrics are at /metrics.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'Method not allowed.\n');
    try {
      end(response, 200, await registry.metrics(), registry.contentType);
    } catch {
      end(response, 500, 'Metrics could not be collected.\n');
    }
  }

  function listen(port: number): Promise<URL> {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.removeListener('error', reject);
        resolve(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
      });
    });
  }

  function close(): Promise<void> {
    return new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  return { listen, close };
}

function end(response: ServerResponse, status: number, text: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
