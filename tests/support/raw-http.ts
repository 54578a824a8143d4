/** A raw-socket HTTP client for what no well-behaved client sends: exact bytes, slow uploads, cut-offs, pipelines. */
import { connect, type Socket } from 'node:net';
import { assertDocumentedReply } from './documented-replies.ts';

export interface RawResponse {
  readonly status: number;
  /** Lower-case names; of repeated ones the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface RawConnection {
  /** Resolves when the bytes were handed to the kernel; resolves also when the server has closed. */
  send(bytes: string | Uint8Array): Promise<void>;
  /** The next response, interim ones (1xx) included. Rejects when the connection ends before it is complete. */
  response(options?: { head?: boolean }): Promise<RawResponse>;
  /** Everything not yet consumed as a response. */
  rest(): string;
  /** Sends FIN. */
  finish(): void;
  /** Sends RST. */
  cut(): void;
  /** Resolves when the connection is closed in both directions. */
  readonly closed: Promise<void>;
}

/** Opens a connection to the origin of a URL. */
export function connectRaw(url: URL): Promise<RawConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname.replace(/^\[|\]$/g, ''));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(wrap(socket));
    });
  });
}

/** One request on its own connection, its reply held against the OpenAPI documents; `head` are the lines before the blank one. */
export async function sendRaw(url: URL, head: readonly string[], body: string | Uint8Array = ''): Promise<RawResponse> {
  const connection = await connectRaw(url);
  try {
    await connection.send(`${head.join('\r\n')}\r\n\r\n`);
    if (body.length > 0) await connection.send(body);
    const [method = '', path = ''] = (head[0] ?? '').split(' ');
    const reply = await connection.response({ head: method === 'HEAD' });
    if (reply.status >= 200) assertDocumentedReply({ method, path, ...reply, contentType: reply.headers.get('content-type') });
    return reply;
  } finally {
    connection.cut();
  }
}

function wrap(socket: Socket): RawConnection {
  let received = Buffer.alloc(0);
  let ended = false;
  let wake = (): void => undefined;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const end = (): void => {
    ended = true;
    wake();
  };
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  socket.on('error', end);
  socket.on('end', end);
  socket.on('close', end);

  async function response(options: { head?: boolean } = {}): Promise<RawResponse> {
    for (;;) {
      const parsed = parseResponse(received, ended, options.head ?? false);
      if (parsed !== undefined) {
        received = received.subarray(parsed.bytes);
        return parsed.response;
      }
      if (ended) throw new Error(`The connection ended after ${received.length} bytes: ${received.toString('latin1').slice(0, 200)}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    send: (bytes) => {
      if (socket.destroyed) return Promise.resolve();
      return new Promise((resolve) => {
        socket.write(bytes, () => resolve());
      });
    },
    response,
    rest: () => received.toString('latin1'),
    finish: () => socket.end(),
    cut: () => (socket.destroyed ? undefined : socket.resetAndDestroy()),
    closed,
  };
}

function parseResponse(bytes: Buffer, ended: boolean, isHead: boolean): { response: RawResponse; bytes: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const match = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(statusLine);
  if (match === null) throw new Error(`Not an HTTP response: ${statusLine}`);
  const status = Number(match[1]);
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const start = headEnd + 4;
  const finish = (body: string, length: number): { response: RawResponse; bytes: number } => ({
    response: { status, headers, body },
    bytes: start + length,
  });
  if (isHead || status < 200 || status === 204 || status === 304) return finish('', 0);
  const length = headers.get('content-length');
  if (length !== undefined) {
    const end = start + Number(length);
    return bytes.length < end ? undefined : finish(bytes.toString('utf8', start, end), Number(length));
  }
  if (headers.get('transfer-encoding') === 'chunked') {
    const last = bytes.indexOf('0\r\n\r\n', start);
    return last === -1 ? undefined : finish(bytes.toString('utf8', start, last), last + 5 - start);
  }
  return ended ? finish(bytes.toString('utf8', start), bytes.length - start) : undefined;
}
