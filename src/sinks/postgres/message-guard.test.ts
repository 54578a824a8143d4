import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createDestination } from '../../../tests/support/postgres-destination.ts';
import type { PostgresDestination } from '../../../tests/support/postgres-destination.ts';
import { startPostgres } from '../../../tests/support/postgres-server.ts';
import type { PostgresServer } from '../../../tests/support/postgres-server.ts';
import { ConnectionLostError, DestinationUnusableError, TransientError } from '../errors.ts';
import { createPostgresSink } from './postgres-sink.ts';

let server: PostgresServer;
let destination: PostgresDestination;
beforeAll(async () => {
  server = await startPostgres();
  destination = await createDestination(server);
}, 60_000);
afterAll(async () => {
  await destination.dispose();
  await server.stop();
});

/** What checking a server gives that answers the first bytes of a client with `answer`, the later ones with `later`; it closes nothing. */
async function check(answer: Buffer, later: Buffer = Buffer.alloc(0)): Promise<unknown> {
  const peer = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(answer);
      socket.on('data', () => socket.write(later));
    });
  }).listen(0, '127.0.0.1');
  await once(peer, 'listening');
  onTestFinished(() => void peer.close());
  const { connection, resolveHost } = destination.options;
  const sink = createPostgresSink({ resolveHost, connection: { ...connection, port: (peer.address() as AddressInfo).port } });
  const outcome = await sink.check().catch((error: unknown) => error);
  await sink.close();
  return outcome;
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const welcome = '52 00000008 00000000 5a 00000005 49';

describe('a peer that is no PostgreSQL', () => {
  it.each<[string, Buffer, Buffer?]>([
    ['an empty error', hex('45 00000004')],
    ['an error before the client is ready, over and over', hex(`${welcome} 45 00000004`)],
    ['an unknown method of authentication', hex('52 00000008 00000007')],
    ['a message of two gigabytes', Buffer.concat([hex('52 7fffffff'), Buffer.alloc(2 ** 20, 0x41)])],
    ['a row of -1 fields', hex(welcome), hex('31 00000004 32 00000004 44 00000006 ffff')],
    ['a row before the client asked for any, of -1 fields', hex(`${welcome} 44 00000006 ffff`)],
    ['a page of the web', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('sends %s: the call fails at once, and the next destination works', { timeout: 5000 }, async (_, answer, later) => {
    const failure = await check(answer, later);
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toHaveProperty('message', expect.stringContaining("The server does not speak PostgreSQL's protocol: "));
    await destination.sink.check();
  });

  it('asks for the password in clear text over a plain connection, and does not get it', async () => {
    const failure = await check(hex('52 00000008 00000003'));
    expect(failure).toBeInstanceOf(DestinationUnusableError);
    expect(failure).toHaveProperty('message', 'The server asks for the password in clear text, which is sent over TLS only.');
  });

  it('answers one statement with rows that never end: the call fails', { timeout: 30_000 }, async () => {
    const row = hex('44 0000000b 0001 00000001 41');
    const rows = Buffer.concat(Array.from({ length: 5000 }, () => row));
    const peer = createServer((socket) => {
      socket.on('error', () => undefined);
      const flood = (): void => {
        while (!socket.destroyed && socket.write(rows));
      };
      socket.once('data', () => {
        socket.write(hex(welcome));
        socket.once('data', () => {
          socket.write(hex('31 00000004 32 00000004 54 0000001a 0001 6100 00000000 0000 00000019 ffff ffffffff 0000'));
          flood();
          socket.on('drain', flood);
        });
      });
    }).listen(0, '127.0.0.1');
    await once(peer, 'listening');
    onTestFinished(() => void peer.close());
    const { connection, resolveHost } = destination.options;
    const sink = createPostgresSink({ resolveHost, connection: { ...connection, port: (peer.address() as AddressInfo).port } });
    const failure = await sink.describe('shop').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConnectionLostError);
    expect(failure).toHaveProperty('message', expect.stringContaining("The server's answer to one statement is longer than"));
    await sink.close();
    await destination.sink.check();
  });

  it('answers what was not asked, in well-formed messages', { timeout: 5000 }, async () => {
    const failure = await check(hex(welcome), hex('31 00000004 32 00000004 44 00000006 0000 43 00000005 00 5a 00000005 49'));
    expect(failure).toBeInstanceOf(Error);
    await destination.sink.check();
  });
});
