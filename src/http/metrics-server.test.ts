import { Counter, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { sendRaw } from '../../tests/support/raw-http.ts';
import { createMetricsServer, type MetricsRegistry, type MetricsServer } from './metrics-server.ts';

let server: MetricsServer | undefined;

async function start(registry: MetricsRegistry): Promise<URL> {
  server = createMetricsServer({ registry });
  return server.listen(0);
}

afterEach(() => server?.close());

describe('metrics server', () => {
  it('serves the registry on loopback', async () => {
    const registry = new Registry();
    new Counter({ name: 'pets_total', help: 'Pets.', registers: [registry] }).inc(3);
    const url = await start(registry);
    expect(url.hostname).toBe('127.0.0.1');
    const reply = await fetch(new URL('/metrics', url));
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, registry.contentType]);
    expect(await reply.text()).toContain('pets_total 3');
  });

  it('refuses other paths, verbs and foreign hosts', async () => {
    const url = await start(new Registry());
    const ask = async (head: string, host = url.host): Promise<number> =>
      (await sendRaw(url, [`${head} HTTP/1.1`, `Host: ${host}`])).status;
    expect(await ask('GET /')).toBe(404);
    expect(await ask('GET /metrics/../etc')).toBe(404);
    expect(await ask('POST /metrics')).toBe(405);
    expect(await ask('GET /metrics', 'evil.example')).toBe(421);
    expect(await ask('GET /metrics', 'localhost:1')).toBe(200);
  });

  it('answers 500 without details when a collector fails', async () => {
    const registry = new Registry();
    // A gauge whose collection throws, as a broken collector would.
    const counter = new Counter({
      name: 'broken_total',
      help: 'Broken.',
      registers: [registry],
      collect: () => Promise.reject(new Error('secret')),
    });
    counter.inc();
    const reply = await fetch(new URL('/metrics', await start(registry)));
    expect([reply.status, await reply.text()]).toEqual([500, 'Metrics could not be collected.\n']);
  });

  it('says when its port is taken', async () => {
    const url = await start(new Registry());
    const second = createMetricsServer({ registry: new Registry() });
    await expect(second.listen(Number(url.port))).rejects.toThrow(/EADDRINUSE/);
  });
});
