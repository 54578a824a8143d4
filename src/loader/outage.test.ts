import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { buildBatch } from '../../tests/support/build-batch.ts';
import { createControlPlane } from '../../tests/support/control-plane.ts';
import { startPostgres } from '../../tests/support/postgres-server.ts';
import { encodeBatch } from '../batch/encode.ts';
import { createEmbeddedBuffer } from '../buffer/embedded/embedded-buffer.ts';
import { createAlerts } from '../domain/load/alerts.ts';
import { createLoadHost, type LoadHost } from './load-host.ts';
import { createLoader } from './loader.ts';
import type { LoadDestination } from './thread-messages.ts';

const hourMs = 3_600_000;
const hours = 7 * 24;

/** A destination that is down, and how it comes back. */
interface Outage {
  readonly destination: LoadDestination;
  end(): Promise<void>;
  /** Rows of a query once it is back. */
  rows(sql: string): Promise<unknown>;
}

type OpenOutage = (directory: string, host: LoadHost) => Promise<Outage>;

async function brokenFile(directory: string, host: LoadHost): Promise<Outage> {
  const file = join(directory, 'warehouse.duckdb');
  const destination = { id: 8, kind: 'duckdb', file } as const;
  await writeFile(file, 'this is no database '.repeat(1000));
  return {
    destination,
    end: () => rm(file),
    rows: async (sql) => JSON.parse(new TextDecoder().decode((await host.query(destination, sql)).json)) as unknown,
  };
}

async function stoppedServer(): Promise<Outage> {
  const server = await startPostgres();
  onTestFinished(() => server.stop());
  await server.createDatabase('warehouse');
  await server.kill();
  const { host, port } = server;
  const connection = { host, port, database: 'warehouse', user: 'postgres', password: '', tls: 'disable' } as const;
  return {
    destination: { id: 8, kind: 'postgres', connection },
    end: () => server.start(),
    rows: (sql) => server.query(sql, 'warehouse'),
  };
}

const outages: readonly { readonly name: string; readonly open: OpenOutage }[] = [
  { name: 'an embedded warehouse', open: brokenFile },
  { name: 'PostgreSQL', open: stoppedServer },
];

it.each(outages)('a week of downtime of $name keeps everything in order, raises one alert, and is caught up with', async ({ open }) => {
  const plane = await createControlPlane();
  const { accountId } = await plane.account();
  const { store } = plane.parts;
  const directory = await mkdtemp(join(tmpdir(), 'thimble-outage-'));
  const buffer = await createEmbeddedBuffer({ directory: join(directory, 'buffer'), maxBytes: 2 ** 26 });
  const host = createLoadHost({ egress: { privateAllowed: true, allowed: [] } });
  const { destination, end, rows } = await open(directory, host);
  let clockMs = Date.UTC(2031, 0, 1);
  let failures = 0;
  const loaded: number[] = [];
  const logged: string[] = [];
  const note = (_fields: object, message: string): void => void logged.push(message);
  const alerts = createAlerts({ store, log: { info: note, warn: note, error: note }, onDestination: () => undefined });
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const loader = createLoader({
    buffer,
    host,
    findRoute: (sourceId) => ({ accountId, sourceId, schema: 's', binding: 0, destination }),
    reports: {
      recordLoad: async (report) => {
        loaded.push(report.position);
        await alerts.loaded({ ...report, finishedAt: clockMs });
      },
      recordFailure: async (failure) => {
        failures += 1;
        await alerts.failed(failure);
      },
    },
    metrics: { countLoad: () => undefined },
    log: silent,
    clock: () => clockMs,
    maxWindowBytes: 2 ** 16,
  });
  try {
    loader.start();
    for (let hour = 1; hour <= hours; hour += 1) {
      clockMs += hourMs;
      const data = { hour: BigInt(hour), filling: 'x'.repeat(2000) };
      // The same sequence each time: between requests the one that came first stays.
      const messages = [
        { sequence: 1n, data: { ...data, id: 1n } },
        { sequence: 1n, data: { ...data, id: BigInt(1000 + hour) } },
      ];
      const payload = encodeBatch(buildBatch({ table: 't', keyNames: ['id'], messages }));
      await buffer.append({ sourceId: 1, receivedAt: clockMs, batches: [{ table: 't', records: 2, payload }] });
      await loader.drain();
    }
    expect(failures).toBeGreaterThanOrEqual(hours);
    expect(buffer.backlog()).toMatchObject([{ sourceId: 1, table: 't', batches: hours }]);
    expect(logged).toEqual(['alert raised']);

    await end();
    clockMs += hourMs;
    await loader.drain();
    expect(buffer.backlog()).toEqual([]);
    expect(loaded.length).toBeGreaterThan(1);
    expect(loaded).toEqual(loaded.toSorted((a, b) => a - b));
    const found = await rows(
      'SELECT count(*)::INTEGER AS n, (min(hour) FILTER (WHERE id = 1))::INTEGER AS first, max(hour)::INTEGER AS last FROM s.t',
    );
    expect(found).toEqual([{ n: hours + 1, first: 1, last: hours }]);
    expect(logged).toEqual(['alert raised', 'alert cleared']);
    expect(await store.read.selectFrom('alert').select(['subject', 'cleared_at']).execute()).toEqual([
      { subject: 'destination:8', cleared_at: clockMs },
    ]);
  } finally {
    await loader.stop();
    await host.close();
    await buffer.close();
    await rm(directory, { recursive: true, force: true });
  }
});
