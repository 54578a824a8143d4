/** Reads request bodies under the byte budget; limits count inflated bytes. */
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { freeLargeMemory } from '../lib/free-memory.ts';
import { BodyAbortedError, BodyTooLargeError, MalformedEncodingError } from './body-errors.ts';
import type { ByteBudget } from './byte-budget.ts';
import { createInflater, parseContentEncoding, type ContentEncoding } from './content-encoding.ts';
import { createHold, type Hold } from './budget-hold.ts';
import { watchUpload, type UploadPace } from './upload-watch.ts';

export interface Body {
  /** Owns its whole ArrayBuffer, so that it can be transferred to a thread. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Gives the bytes back to the budget; call it once the request has been answered. */
  release(): void;
}

export interface ReadBodyOptions {
  readonly maxBytes: number;
  readonly budget: ByteBudget;
  readonly pace?: UploadPace;
}

const defaultPace: UploadPace = { idleMs: 15_000, totalMs: 120_000 };
/** First share of a body whose inflated size is unknown: this, or so many times what it has on the wire. */
const unknownBytes = 64 * 1024;
const usualRatio = 8;

/**
 * Reads and inflates the body of a request whose stream nobody has touched.
 * Rejects with `BodyTooLargeError`, `UnsupportedEncodingError`, `MalformedEncodingError`, `BodyAbortedError`, `BodyTimeoutError` or
 * `BudgetTimeoutError`; then the budget has everything back and the rest of the upload is unread.
 */
export async function readBody(request: FastifyRequest, options: ReadBodyOptions): Promise<Body> {
  const { raw } = request;
  const { maxBytes, budget, pace = defaultPace } = options;
  const encoding = parseContentEncoding(raw.headers['content-encoding']);
  const declared = declaredBytes(raw);
  if (declared !== undefined && declared > maxBytes) throw new BodyTooLargeError(declared);

  const hold = createHold(budget);
  try {
    const firstBytes = encoding === 'identity' && declared !== undefined ? declared : Math.max(unknownBytes, (declared ?? 0) * usualRatio);
    const waiting = hold.grow(Math.min(firstBytes, maxBytes));
    if (waiting !== undefined) await waiting;
    if (raw.destroyed && !raw.complete) throw new BodyAbortedError('The connection was closed before the body was read.');
    const bytes =
      encoding === 'identity' && declared !== undefined
        ? await readDeclared(raw, declared, pace)
        : await readStreamed(raw, { encoding, maxBytes, hold, pace });
    hold.trim(bytes.byteLength);
    return { bytes, release: hold.release };
  } catch (error) {
    hold.release();
    throw error;
  }
}

/** Undefined: chunked. A request with neither header has no body (RFC 9112 §6.3). */
function declaredBytes(raw: IncomingMessage): number | undefined {
  if (raw.headers['transfer-encoding'] !== undefined) return undefined;
  return Number(raw.headers['content-length'] ?? 0);
}

function readDeclared(raw: IncomingMessage, length: number, pace: UploadPace): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    // Not zeroed: the parser ends the message only after exactly `length` bytes, and only then are they handed on.
    const bytes = Buffer.allocUnsafeSlow(length);
    let at = 0;
    const watch = watchUpload(raw, pace, (error) => {
      watch.stop();
      raw.removeListener('data', onData);
      raw.pause();
      reject(error);
    });
    const onData = (chunk: Buffer): void => {
      bytes.set(chunk, at);
      at += chunk.byteLength;
      freeLargeMemory(chunk);
      watch.touch();
    };
    raw.on('data', onData);
    raw.on('end', () => {
      watch.stop();
      resolve(bytes);
    });
  });
}

interface StreamedOptions {
  readonly encoding: ContentEncoding;
  readonly maxBytes: number;
  readonly hold: Hold;
  readonly pace: UploadPace;
}

function readStreamed(raw: IncomingMessage, options: StreamedOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { encoding, maxBytes, hold, pace } = options;
  return new Promise((resolve, reject) => {
    const inflater = encoding === 'identity' ? undefined : createInflater(encoding);
    const output = inflater ?? raw;
    // Filled piece by piece: pieces that are kept until the end would take the same room again.
    let bytes = new Uint8Array(0);
    let size = 0;
    let settled = false;

    const fail = (error: Error): void => {
      if (settled) return;
      settled = true;
      watch.stop();
      output.removeListener('data', onData);
      raw.removeListener('data', watch.touch);
      if (inflater !== undefined) {
        raw.unpipe(inflater);
        inflater.destroy();
      }
      raw.pause();
      reject(error);
    };
    const watch = watchUpload(raw, pace, fail);
    const onData = (chunk: Buffer): void => {
      // While inflating is what takes the time, the client is not silent but held back.
      watch.touch();
      const at = size;
      size += chunk.byteLength;
      if (size > maxBytes) return fail(new BodyTooLargeError(size));
      if (size > bytes.length) bytes = resized(bytes, Math.max(hold.bytes(), size));
      bytes.set(chunk, at);
      freeLargeMemory(chunk);
      if (size <= hold.bytes()) return;
      // All it may come to, at once: bodies that grew bit by bit would end up waiting for each other.
      const waiting = hold.grow(maxBytes);
      if (waiting === undefined) return;
      output.pause();
      watch.pause();
      waiting.then(() => {
        if (settled) return;
        watch.resume();
        output.resume();
      }, fail);
    };
    output.on('data', onData);
    output.on('end', () => {
      if (settled) return;
      settled = true;
      watch.stop();
      resolve(resized(bytes, size));
    });
    if (inflater === undefined) return;
    inflater.on('error', () => fail(new MalformedEncodingError(`The body is not one complete ${encoding} stream.`)));
    raw.on('data', watch.touch);
    raw.pipe(inflater);
  });
}

/** The same bytes with another length, as a whole ArrayBuffer; the old one is gone. */
function resized(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.buffer.transfer(length));
}
