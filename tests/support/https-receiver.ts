/** A receiver of hooks: an HTTPS server on loopback with a certificate of its own for `hook.example.test` and its address, made by `openssl`. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from './temporary-directory.ts';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

interface ReceivedRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpsReceiver {
  readonly port: number;
  /** To be trusted by who calls it. */
  readonly certificate: string;
  readonly received: ReceivedRequest[];
  /** How it answers: a status, or nothing at all; 200 at first. */
  answer: (request: ReceivedRequest) => number | 'nothing';
}

export async function startHttpsReceiver(): Promise<HttpsReceiver> {
  const directory = temporaryDirectory();
  const extensions = 'subjectAltName=DNS:hook.example.test,IP:127.0.0.1';
  writeFileSync(join(directory, 'request.cnf'), `[req]\ndistinguished_name=name\nx509_extensions=ext\n[name]\n[ext]\n${extensions}\n`);
  const command = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=hook -config request.cnf';
  const { status, stderr } = spawnSync('openssl', [...command.split(' '), '-keyout', 'key.pem', '-out', 'cert.pem'], {
    cwd: directory,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const certificate = readFileSync(join(directory, 'cert.pem'), 'utf8');
  const received: ReceivedRequest[] = [];
  const server = createServer({ key: readFileSync(join(directory, 'key.pem')), cert: certificate }, (request, response) => {
    void request.toArray().then((chunks) => {
      const one = {
        method: request.method,
        path: request.url,
        headers: request.headers,
        body: Buffer.concat(chunks as Uint8Array[]).toString('utf8'),
      };
      received.push(one);
      reply(response, receiver.answer(one));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const receiver: HttpsReceiver = { port: (server.address() as AddressInfo).port, certificate, received, answer: () => 200 };
  return receiver;
}

function reply(response: ServerResponse, status: number | 'nothing'): void {
  if (status === 'nothing') return;
  response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('{}');
}
