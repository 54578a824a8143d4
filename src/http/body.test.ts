import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { fastify, type FastifyInstance } from 'fastify';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectRaw, type RawConnection } from '../../tests/support/raw-http.ts';
import { readBody, type Body } from './body.ts';
import { createByteBudget } from './byte-budget.ts';
import { leaveBodiesUnread } from './unread-bodies.ts';

const maxBytes = 100_000;
const budget = createByteBudget({ totalBytes: 2 * maxBytes, waitMs: 100, maxBodyBytes: maxBytes });
let app: FastifyInstance;
let url: URL;
let last: Body | undefined;
let failure: Error | undefined;

beforeAll(async () => {
  app = fastify();
  leaveBodiesUnread(app);
  app.post('/', async (request, reply) => {
    try {
      last = await readBody(request, { maxBytes, budget, pace: { idleMs: 300, totalMs: 1200 } });
      last.release();
      last.release();
      return await reply.send(`${last.bytes.byteLength}`);
    } catch (error) {
      failure = error as Error;
      return reply.code(400).header('connection', 'close').send(failure.name);
    }
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  url = new URL(app.listeningOrigin);
});
afterAll(() => app.close());
afterEach(async () => {
  await expect.poll(() => budget.takenBytes).toBe(0);
  expect(budget.waiting).toBe(0);
  last = undefined;
  failure = undefined;
});

interface Upload {
  readonly encoding?: string;
  /** Sizes of the chunks; undefined: Content-Length. */
  readonly chunks?: readonly number[];
}

async function upload(bytes: Uint8Array, { encoding, chunks }: Upload = {}): Promise<string> {
  const connection = await connectRaw(url);
  const head = ['POST / HTTP/1.1', 'Host: localhost'];
  if (encoding !== undefined) head.push(`Content-Encoding: ${encoding}`);
  head.push(chunks === undefined ? `Content-Length: ${bytes.byteLength}` : 'Transfer-Encoding: chunked');
  await connection.send(`${head.join('\r\n')}\r\n\r\n`);
  if (chunks === undefined) await connection.send(bytes);
  else await sendChunks(connection, bytes, chunks);
  const { body } = await connection.response();
  connection.cut();
  return body;
}

async function sendChunks(connection: RawConnection, bytes: Uint8Array, sizes: readonly number[]): Promise<void> {
  let at = 0;
  for (const size of [...sizes, bytes.byteLength]) {
    const part = bytes.subarray(at, at + size);
    at += part.byteLength;
    if (part.byteLength > 0)
      await connection.send(Buffer.concat([Buffer.from(`${part.byteLength.toString(16)}\r\n`), part, Buffer.from('\r\n')]));
  }
  await connection.send('0\r\n\r\n');
}

const encoders = {
  identity: (bytes: Uint8Array) => bytes,
  gzip: (bytes: Uint8Array) => gzipSync(bytes),
  'x-gzip': (bytes: Uint8Array) => gzipSync(bytes),
  deflate: (bytes: Uint8Array) => deflateSync(bytes),
};

describe('readBody', () => {
  it('reads exactly what was sent, in every encoding, declared or chunked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        fc.constantFrom('identity', 'gzip', 'x-gzip', 'deflate', 'GZIP'),
        fc.option(fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 5 }), { nil: undefined }),
        async (bytes, encoding, chunks) => {
          const encoded = encoders[encoding.toLowerCase() as keyof typeof encoders](bytes);
          await upload(encoded, { encoding, ...(chunks === undefined ? {} : { chunks }) });
          expect(Buffer.from(last?.bytes ?? [255])).toEqual(Buffer.from(bytes));
        },
      ),
      { seed: 11, numRuns: 80 },
    );
  });

  it('hands out bytes that own their whole ArrayBuffer, so that they can be transferred', async () => {
    for (const options of [{}, { chunks: [10] }, { encoding: 'gzip' }]) {
      await upload('encoding' in options ? gzipSync(Buffer.alloc(500, 1)) : Buffer.alloc(500, 1), options);
      expect(last?.bytes.buffer.byteLength).toBe(500);
    }
  });

  it.each<[string, Upload]>([
    ['declared', {}],
    ['chunked', { chunks: [4096] }],
    ['gzip', { encoding: 'gzip' }],
    ['chunked deflate', { encoding: 'deflate', chunks: [100] }],
  ])('accepts exactly the limit and refuses one byte more: %s', async (_name, options) => {
    const encode = encoders[(options.encoding ?? 'identity') as keyof typeof encoders];
    expect(await upload(encode(Buffer.alloc(maxBytes, 'a')), options)).toBe(`${maxBytes}`);
    expect(await upload(encode(Buffer.alloc(maxBytes + 1, 'a')), options)).toBe('BodyTooLargeError');
    expect((failure as Error & { bytes: number }).bytes).toBeGreaterThan(maxBytes);
  });

  it('reads a missing body as empty', async () => {
    expect(await upload(Buffer.alloc(0))).toBe('0');
    const connection = await connectRaw(url);
    await connection.send('POST / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect((await connection.response()).body).toBe('0');
    connection.cut();
  });

  it.each(['br', 'zstd', 'gzip, gzip', 'gzip,deflate', 'identity, gzip', 'nonsense'])('refuses the encoding %s', async (encoding) => {
    expect(await upload(gzipSync('[]'), { encoding })).toBe('UnsupportedEncodingError');
  });

  it.each<[string, Uint8Array, Upload]>([
    ['truncated gzip', gzipSync('some text that is long enough').subarray(0, -9), { encoding: 'gzip' }],
    ['gzip without its last byte', gzipSync('some text').subarray(0, -1), { encoding: 'gzip' }],
    ['gzip with a wrong checksum', Buffer.concat([gzipSync('some text').subarray(0, -8), Buffer.alloc(8)]), { encoding: 'gzip' }],
    ['no gzip at all', Buffer.from('[{"a":1}]'), { encoding: 'gzip' }],
    ['raw deflate', deflateRawSync('some text'), { encoding: 'deflate' }],
    ['several gzip members', Buffer.concat([gzipSync('one'), gzipSync('two')]), { encoding: 'gzip' }],
    ['gzip followed by something else', Buffer.concat([gzipSync('some text'), Buffer.from('more')]), { encoding: 'gzip' }],
    [
      'gzip followed by something else in a later chunk',
      Buffer.concat([gzipSync('some text'), Buffer.from('more')]),
      { encoding: 'gzip', chunks: [gzipSync('some text').length] },
    ],
  ])('refuses %s', async (_name, bytes, options) => {
    expect(await upload(bytes, options)).toBe('MalformedEncodingError');
  });

  it('gives up on a client that stops sending, and on one that trickles', async () => {
    const silent = await connectRaw(url);
    await silent.send('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000\r\n\r\nabc');
    expect((await silent.response()).body).toBe('BodyTimeoutError');
    silent.cut();

    const trickling = await connectRaw(url);
    await trickling.send('POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
    const trickle = setInterval(() => void trickling.send('1\r\na\r\n'), 50);
    expect((await trickling.response()).body).toBe('BodyTimeoutError');
    clearInterval(trickle);
    trickling.cut();
  });

  it.each(['Content-Length: 50000', 'Transfer-Encoding: chunked', 'Content-Length: 50000\r\nContent-Encoding: gzip'])(
    'notices a client that goes away: %s',
    async (header) => {
      const connection = await connectRaw(url);
      await connection.send(`POST / HTTP/1.1\r\nHost: localhost\r\n${header}\r\n\r\n`);
      await expect.poll(() => budget.takenBytes).toBeGreaterThan(0);
      connection.cut();
      await expect.poll(() => failure?.name).toBe('BodyAbortedError');
    },
  );

  it('waits for the budget, then refuses without having read', async () => {
    await budget.small.take(2 * maxBytes, 'newcomer');
    const waiting = upload(Buffer.alloc(1000, 'a'));
    await expect.poll(() => budget.waiting).toBe(1);
    budget.small.release(2 * maxBytes);
    expect(await waiting).toBe('1000');

    await budget.small.take(2 * maxBytes, 'newcomer');
    expect(await upload(Buffer.alloc(1000, 'a'))).toBe('BudgetTimeoutError');
    budget.small.release(2 * maxBytes);
  });

  it('waits for the budget in the middle of a body that turns out larger than it seemed', async () => {
    const othersBytes = 2 * maxBytes;
    budget.large.add(othersBytes);
    const bytes = gzipSync(Buffer.alloc(maxBytes, 'a'));
    const waiting = upload(bytes, { encoding: 'gzip' });
    await expect.poll(() => budget.waiting).toBe(1);
    budget.large.release(othersBytes);
    expect(await waiting).toBe(`${maxBytes}`);
  });

  it('reads a small body while large ones wait for each other', async () => {
    budget.large.add(2 * maxBytes);
    const large = upload(Buffer.alloc(maxBytes, 'a'));
    await expect.poll(() => budget.waiting).toBe(1);
    expect(await upload(Buffer.alloc(1000, 'a'))).toBe('1000');
    expect(budget.waiting).toBe(1);
    budget.large.release(2 * maxBytes);
    expect(await large).toBe(`${maxBytes}`);
  });
});
