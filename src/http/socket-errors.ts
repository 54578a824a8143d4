/** Answers what never became a request: garbage, too many headers, silence, CONNECT. */
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Handler of Node's `clientError`: writes one complete JSON answer if the socket still can take one, and closes it. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const current = currentResponse(socket);
  if (current?.req.complete === true && !current.writableFinished) {
    // Bytes after a good request are bad: that request keeps its answer, a second one would be taken for it.
    current.once('close', () => socket.destroy());
    return;
  }
  if (current?.headersSent === true) {
    socket.destroy();
    return;
  }
  closeWith(socket, statusOf(error.code));
}

/** Writes a bare answer and closes the connection once it is flushed. */
export function closeWith(socket: Duplex, status: number): void {
  const body = JSON.stringify({ error: STATUS_CODES[status] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json;charset=UTF-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.on('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function statusOf(code: string | undefined): number {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return 413;
  return 400;
}

/** The response Node is at work on, as its own default handler finds it; there is no public way. */
function currentResponse(socket: Duplex): ServerResponse | undefined {
  const { _httpMessage: current } = socket as Duplex & { _httpMessage?: ServerResponse | null };
  return current ?? undefined;
}
