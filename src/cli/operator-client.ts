/** Talks to the running server of a data directory over its operator socket. */
import { request } from 'node:http';
import { resolve } from 'node:path';
import { defaultDataDirectory } from '../config/config.ts';
import { readEnv } from '../config/env.ts';
import { findOperatorSocket } from '../config/operator-socket.ts';
import { CommandError, findText, type Invocation } from './command.ts';

export interface OperatorClient {
  /** Sends one call; resolves with the parsed JSON reply. Throws `CommandError` with the server's own message. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Record<string, unknown>>;
}

/** Client for the server whose `--data` the command was given. */
export function connectOperator(invocation: Invocation): OperatorClient {
  const dataDirectory = resolve(findText(invocation, 'data') ?? readEnv('THIMBLE_DATA') ?? defaultDataDirectory);
  return {
    async call(method, path, body) {
      return send(dataDirectory, method, path, body === undefined ? undefined : JSON.stringify(body));
    },
  };
}

function send(dataDirectory: string, method: string, path: string, body: string | undefined): Promise<Record<string, unknown>> {
  // Without a length Node frames the body of no DELETE.
  const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((fulfil, reject) => {
    const outgoing = request({ socketPath: findOperatorSocket(dataDirectory), method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const reply = parseReply(Buffer.concat(chunks).toString('utf8'));
        if ((response.statusCode ?? 500) < 300) fulfil(reply);
        else
          reject(new CommandError(typeof reply['message'] === 'string' ? reply['message'] : `The server answered ${response.statusCode}.`));
      });
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isAbsent = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
      reject(
        new CommandError(
          isAbsent ? `No server is running on ${dataDirectory}: start one with "thimble serve --data ${dataDirectory}".` : error.message,
        ),
      );
    });
    outgoing.end(body);
  });
}

function parseReply(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : { items: value };
}
