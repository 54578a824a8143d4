/** Answers a request whose body nobody will read, without breaking a client that is still sending it. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface LingerLimits {
  readonly bytes: number;
  readonly ms: number;
}

/** An unread rest up to this size is left to Node, which discards it and keeps the connection. */
const shortBodyBytes = 64 * 1024;

/**
 * For an `onSend` hook. While an upload is under way, the returned stream sends `payload` at once but ends only when the rest has been
 * discarded, up to `limits`: closing before would reset the connection, and the client would lose the answer (RFC 9112 §9.6).
 */
export function lingerWhileUploading(request: FastifyRequest, reply: FastifyReply, payload: unknown, limits: LingerLimits): unknown {
  const { raw } = request;
  if (raw.complete || !expectsLongBody(raw) || !(typeof payload === 'string' || Buffer.isBuffer(payload))) return payload;
  reply.header('connection', 'close');
  reply.header('content-length', Buffer.byteLength(payload));
  async function* answerThenDiscard(): AsyncGenerator<string | Buffer> {
    yield payload as string | Buffer;
    await discard(raw, limits);
  }
  return Readable.from(answerThenDiscard(), { objectMode: false });
}

function expectsLongBody(raw: IncomingMessage): boolean {
  const { headers } = raw;
  if (headers['transfer-encoding'] !== undefined) return true;
  const declared = Number(headers['content-length'] ?? 0);
  return declared > shortBodyBytes || (declared > 0 && headers.expect !== undefined);
}

function discard(raw: IncomingMessage, limits: LingerLimits): Promise<void> {
  if (raw.complete || raw.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let seen = 0;
    const timer = setTimeout(stop, limits.ms);
    function count(chunk: Buffer): void {
      seen += chunk.byteLength;
      if (seen > limits.bytes) stop();
    }
    function stop(): void {
      clearTimeout(timer);
      raw.removeListener('data', count);
      raw.pause();
      resolve();
    }
    raw.on('data', count);
    raw.once('end', stop);
    raw.once('close', stop);
    raw.on('error', stop);
    raw.resume();
  });
}
