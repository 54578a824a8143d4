/** A TCP proxy that cuts a connection at a chosen message, as a failing network would. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * What to do with bytes a client sent: pass them on; end the connection instead; pass them on and end it once they are answered; end
 * it and deliver them later; or leave them lying.
 */
export type Verdict = 'pass' | 'cut' | 'cut after' | 'late' | 'swallow';

export interface CuttingProxy {
  readonly port: number;
  /** Asked for every piece a client sends; passes everything until it is set. */
  judge: (bytes: Buffer) => Verdict;
  /** Delivers what was late; resolves when the target has answered all of it. */
  deliverLate(): Promise<void>;
}

/** Starts a proxy in front of a port of this machine; it ends with the running test. */
export async function startCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const late: { target: Socket; bytes: Buffer }[] = [];
  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1');
    let cutNext = false;
    let held = false;
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('close', () => held || target.destroy());
    target.on('close', () => client.destroy());
    client.on('data', (bytes: Buffer) => {
      const verdict = proxy.judge(bytes);
      if (verdict === 'pass' || verdict === 'cut after') {
        cutNext = verdict === 'cut after';
        target.write(bytes);
      } else if (verdict === 'late') {
        held = true;
        late.push({ target, bytes });
      }
      if (verdict === 'cut' || verdict === 'late') client.destroy();
    });
    target.on('data', (bytes: Buffer) => (cutNext ? client.destroy() : client.write(bytes)));
  });
  const proxy = {
    port: 0,
    judge: (): Verdict => 'pass',
    async deliverLate() {
      for (const { target, bytes } of late.splice(0)) {
        const answered = once(target, 'data');
        target.write(bytes);
        await answered;
        target.destroy();
      }
    },
  } as { port: number } & CuttingProxy;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.port = (server.address() as AddressInfo).port;
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return proxy;
}
