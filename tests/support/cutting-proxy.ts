/** A TCP proxy that cuts a connection at a chosen message, as a failing network would. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What to do with bytes a client sent: pass them on, end the connection instead, end it once they are answered, or leave them lying. */
export type Verdict = 'pass' | 'cut' | 'cut after' | 'swallow';

export interface CuttingProxy {
  readonly port: number;
  /** Asked for every piece a client sends; passes everything until it is set. */
  judge: (bytes: Buffer) => Verdict;
}

/** Starts a proxy in front of a port of this machine; it ends with the running test. */
export async function startCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const proxy = { port: 0, judge: (): Verdict => 'pass' } as { port: number; judge: CuttingProxy['judge'] };
  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1');
    let cutNext = false;
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        target.destroy();
      });
    }
    client.on('data', (bytes: Buffer) => {
      const verdict = proxy.judge(bytes);
      if (verdict === 'cut') return void client.destroy();
      if (verdict === 'swallow') return;
      cutNext = verdict === 'cut after';
      target.write(bytes);
    });
    target.on('data', (bytes: Buffer) => (cutNext ? client.destroy() : client.write(bytes)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.port = (server.address() as AddressInfo).port;
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return proxy;
}
