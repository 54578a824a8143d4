/** A TCP proxy that a test can make fall silent or cut. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Passes nothing on any more, in either direction, and closes nothing. */
  stall(): void;
  /** From now on what `chosen` finds in the bytes of a client closes both ends: before the server gets them, or after it had time to act. */
  cutAt(chosen: (bytes: Buffer) => boolean, when: 'before' | 'after'): void;
  close(): Promise<void>;
}

export async function startTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let cut: { readonly chosen: (bytes: Buffer) => boolean; readonly when: 'before' | 'after' } | undefined;
  const proxy = createServer((client) => {
    const upstream = connect(target.port, target.host);
    const close = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', close).on('close', close);
    }
    let deaf = false;
    client.on('data', (bytes) => {
      if (cut?.chosen(bytes) !== true) return void upstream.write(bytes);
      if (cut.when === 'before') return close();
      // The server's answer shows that it has acted; it is not passed on.
      deaf = true;
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (deaf) close();
      else client.write(bytes);
    });
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    stall() {
      for (const socket of sockets) socket.pause();
    },
    cutAt(chosen, when) {
      cut = {
        chosen(bytes) {
          if (!chosen(bytes)) return false;
          // Once: connections after that one are left alone.
          queueMicrotask(() => (cut = undefined));
          return true;
        },
        when,
      };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
