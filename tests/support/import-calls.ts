/** Calls of the Import API for tests, as exact bytes over raw sockets. */
import { expect } from 'vitest';
import { pushRecords } from './import-bodies.ts';
import type { ImportServer } from './import-server.ts';
import { connectRaw, sendRaw, type RawConnection, type RawResponse } from './raw-http.ts';

/** What the documentation says a stored push or batch is answered with. */
export const accepted = '{"status":"OK","message":"Batch Accepted!"}';
export const rowsPaths = ['/v2/import/push', '/v2/import/validate', '/v2/import/batch'] as const;

export interface Call {
  readonly method?: string;
  /** Null: no Authorization header. */
  readonly authorization?: string | null;
  /** Null: no Content-Type header. */
  readonly type?: string | null;
  readonly headers?: readonly string[];
  /** Content-Length when it is not that of the body. */
  readonly declared?: number;
}

/** Request line and headers, by default of a JSON request with the server's own token. */
export function headOf({ token }: Pick<ImportServer, 'token'>, path: string, bytes: number, call: Call = {}): string[] {
  const { method = 'POST', authorization = `Bearer ${token}`, type = 'application/json', headers = [], declared = bytes } = call;
  return [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    ...(authorization === null ? [] : [`Authorization: ${authorization}`]),
    ...(type === null ? [] : [`Content-Type: ${type}`]),
    ...(headers.some((line) => line.startsWith('Transfer-Encoding')) ? [] : [`Content-Length: ${declared}`]),
    ...headers,
  ];
}

/** One whole request on a connection of its own. */
export function call(server: ImportServer, path: string, body: string | Uint8Array, options: Call = {}): Promise<RawResponse> {
  return sendRaw(server.url, headOf(server, path, Buffer.byteLength(body), options), body);
}

/** A push of `count` valid records. */
export function pushTo(server: ImportServer, count: number, path = '/v2/import/push'): Promise<RawResponse> {
  return call(server, path, JSON.stringify(pushRecords(server.accountId, count)));
}

/** A connection that has sent the head of a request. */
export async function open(server: ImportServer, path: string, options: Call): Promise<RawConnection> {
  const connection = await connectRaw(server.url);
  await connection.send(`${headOf(server, path, 0, options).join('\r\n')}\r\n\r\n`);
  return connection;
}

/** Runs `work` and tells how many batches it stored. */
export async function stored(server: ImportServer, work: () => Promise<unknown>): Promise<number> {
  const before = server.storedBatches();
  await work();
  return server.storedBatches() - before;
}

/** Status and parsed body; throws when the reply is not labelled as documented (import-api.md §1.2). */
export function read(reply: RawResponse): [number, unknown] {
  const type = reply.headers.get('content-type');
  if (type !== 'application/json;charset=UTF-8') throw new Error(`The reply is labelled ${type}.`);
  return [reply.status, JSON.parse(reply.body)];
}

/** After whatever was sent: no bytes are held, the server is healthy and nothing went wrong unseen. */
export async function expectUnharmed(server: ImportServer): Promise<void> {
  await expect.poll(() => server.budget.takenBytes).toBe(0);
  expect((await sendRaw(server.url, ['GET /healthz HTTP/1.1', 'Host: localhost'])).status).toBe(200);
  expect(server.log.filter(({ message }) => !message.includes('query string'))).toEqual([]);
}
