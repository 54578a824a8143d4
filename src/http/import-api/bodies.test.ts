import { createGzip, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pushOfSize, pushRecords } from '../../../tests/support/import-bodies.ts';
import { accepted, call, type Call, expectUnharmed, headOf, open, read, stored } from '../../../tests/support/import-calls.ts';
import { startImportServer, type ImportServer } from '../../../tests/support/import-server.ts';
import { connectRaw, sendRaw, type RawResponse } from '../../../tests/support/raw-http.ts';

let server: ImportServer;
let push: string;

beforeAll(async () => {
  server = await startImportServer({ pace: { idleMs: 300, totalMs: 1500 }, linger: { bytes: 64 * 2 ** 20, ms: 1000 } });
  push = JSON.stringify(pushRecords(server.accountId));
});
afterAll(() => server.stop());
afterEach(() => expectUnharmed(server));

describe('bodies', () => {
  it.each<[string, string, number]>([
    ['nothing', '', 400],
    ['no JSON', 'hello', 400],
    ['JSON cut short', '[{"client_id":1,', 400],
    ['an object', '{}', 400],
    ['NUL bytes', '\0\0\0', 400],
    ['no records', '[]', 400],
    ['records that are not objects', '[1,null,"x"]', 401],
    ['nesting without end', '['.repeat(100_000), 400],
    ['polluting keys', '[{"__proto__":{"client_id":1},"constructor":{}}]', 401],
  ])('answers %s with an error of its shape and stores nothing', async (_name, body, status) => {
    const count = await stored(server, async () => {
      for (const path of ['/v2/import/push', '/v2/import/validate']) {
        const reply = read(await call(server, path, body));
        expect(reply[0]).toBeGreaterThanOrEqual(400);
        expect(reply[0]).toBeLessThan(500);
        expect(reply).toEqual([status, expect.objectContaining({ status: 'ERROR' })]);
      }
      const batch = read(await call(server, '/v2/import/batch', body));
      expect(batch).toEqual([400, { error: expect.any(String) as string }]);
    });
    expect(count).toBe(0);
  });

  it.each([
    ['declared', {}],
    ['chunked', { headers: ['Transfer-Encoding: chunked'] }],
    ['gzip', { headers: ['Content-Encoding: gzip'] }],
    ['chunked gzip', { headers: ['Content-Encoding: gzip', 'Transfer-Encoding: chunked'] }],
  ])('accepts 20,000,000 bytes and refuses one more: %s', async (name, options: Call) => {
    const send = async (bytes: number): Promise<RawResponse> => {
      const plain = pushOfSize(server.accountId, bytes);
      const body = name.includes('gzip') ? gzipSync(plain, { level: 1 }) : plain;
      const framed = name.includes('chunked')
        ? Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')])
        : body;
      return call(server, '/v2/import/push', framed, options);
    };
    const count = await stored(server, async () => {
      const exact = await send(20_000_000);
      expect([exact.status, exact.body]).toEqual([201, accepted]);
      const over = read(await send(20_000_001));
      expect(over).toEqual([
        413,
        {
          status: 'ERROR',
          message: expect.stringMatching(/^Request rejected: request size \(200000\d\d bytes\) exceeds the maximum$/) as string,
        },
      ]);
    });
    expect(count).toBe(1);
  });

  it('refuses a declared size over the limit before any byte of it, and lets the client finish sending', async () => {
    const connection = await open(server, '/v2/import/push', { declared: 20_000_001 });
    const reply = await connection.response();
    expect(read(reply)).toEqual([413, { status: 'ERROR', message: 'Request rejected: request size (20000001 bytes) exceeds the maximum' }]);
    expect(reply.headers.get('connection')).toBe('close');
    await connection.send(Buffer.alloc(20_000_001));
    await connection.closed;
    expect(connection.rest()).toBe('');
  });

  it('asks for a body only after it is wanted (Expect: 100-continue)', async () => {
    const expectation = ['Expect: 100-continue'];
    for (const [options, status] of [
      [{ authorization: null }, 401],
      [{ type: 'text/plain' }, 415],
      [{ declared: 20_000_001 }, 413],
    ] as const) {
      const refused = await open(server, '/v2/import/push', { declared: push.length, ...options, headers: expectation });
      expect((await refused.response()).status).toBe(status);
      refused.cut();
    }
    const wanted = await open(server, '/v2/import/push', { declared: push.length, headers: expectation });
    expect((await wanted.response()).status).toBe(100);
    await wanted.send(push);
    expect((await wanted.response()).status).toBe(201);
    wanted.cut();
  });

  it('reads no more of a gzip bomb than the limit, in bounded memory', async () => {
    const bomb = await gzipOfZeros(600);
    expect(bomb.length).toBeLessThan(20_000_000);
    const before = process.memoryUsage().rss;
    const bombs = Array.from({ length: 8 }, () => call(server, '/v2/import/push', bomb, { headers: ['Content-Encoding: gzip'] }));
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
    for (const reply of await Promise.all(bombs)) expect([413, 503]).toContain(reply.status);
    clearInterval(watch);
    expect(most - before).toBeLessThan(300 * 2 ** 20);
    await expect.poll(() => server.budget.takenBytes).toBe(0);
  });

  it('answers a client that stops sending with 408 and stores nothing', async () => {
    const count = await stored(server, async () => {
      const connection = await open(server, '/v2/import/push', { declared: push.length });
      await connection.send(push.slice(0, -1));
      expect(read(await connection.response())).toEqual([408, { message: 'The body was sent too slowly.' }]);
      await connection.closed;
    });
    expect(count).toBe(0);
  });

  it('accepts a slow but steady client', async () => {
    const connection = await open(server, '/v2/import/push', { headers: ['Transfer-Encoding: chunked'] });
    for (const character of push.slice(0, 5)) {
      await connection.send(`1\r\n${character}\r\n`);
      await sendRaw(server.url, ['GET /healthz HTTP/1.1', 'Host: localhost']);
    }
    const rest = push.slice(5);
    await connection.send(`${rest.length.toString(16)}\r\n${rest}\r\n0\r\n\r\n`);
    expect((await connection.response()).status).toBe(201);
    connection.cut();
  });

  it.each(['reset', 'half-closed'])('stores nothing of an upload whose connection is %s before its end', async (kind) => {
    const count = await stored(server, async () => {
      const connection = await open(server, '/v2/import/push', { declared: push.length });
      await connection.send(push.slice(0, -1));
      await expect.poll(() => server.budget.takenBytes).toBe(push.length);
      if (kind === 'reset') connection.cut();
      else connection.finish();
      await connection.closed;
      await expect.poll(() => server.budget.takenBytes).toBe(0);
    });
    expect(count).toBe(0);
  });

  it('answers garbage in the middle of a chunked body with 400 and stores nothing', async () => {
    const count = await stored(server, async () => {
      const connection = await open(server, '/v2/import/push', { headers: ['Transfer-Encoding: chunked'] });
      await connection.send('5\r\n[{"cl\r\nnot a size\r\n');
      expect((await connection.response()).status).toBe(400);
      await connection.closed;
    });
    expect(count).toBe(0);
  });

  it('answers pipelined pushes in order', async () => {
    const connection = await connectRaw(server.url);
    const request = `${headOf(server, '/v2/import/push', push.length, {}).join('\r\n')}\r\n\r\n${push}`;
    const count = await stored(server, async () => {
      await connection.send(`${request}${request.replace('POST', 'LOCK')}${request}`);
      const statuses = [];
      for (let index = 0; index < 3; index += 1) statuses.push((await connection.response()).status);
      expect(statuses).toEqual([201, 405, 201]);
    });
    expect(count).toBe(2);
    connection.cut();
  });
});

function gzipOfZeros(mebibytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const gzip = createGzip({ level: 1 });
    const chunks: Buffer[] = [];
    gzip.on('data', (chunk: Buffer) => chunks.push(chunk));
    gzip.on('end', () => resolve(Buffer.concat(chunks)));
    gzip.on('error', reject);
    const zeros = Buffer.alloc(2 ** 20);
    let left = mebibytes;
    const write = (): void => {
      while (left > 0) {
        left -= 1;
        if (!gzip.write(zeros)) return void gzip.once('drain', write);
      }
      gzip.end();
    };
    write();
  });
}
