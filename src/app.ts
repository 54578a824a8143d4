/** The composition root: configuration → parts → `{ start, stop, drain }`. The only place that puts parts together. */
import { join } from 'node:path';
import { maxBodyBytes } from '../contract/import-api.ts';
import { createEmbeddedBuffer } from './buffer/embedded/embedded-buffer.ts';
import type { Config } from './config/config.ts';
import { operatorSocketOf } from './config/operator-socket.ts';
import { readVersion } from './config/version.ts';
import { openControlPlane } from './control-plane.ts';
import { readLoadOverview } from './domain/load/overview.ts';
import { recordLoad, recordLoadFailure } from './domain/load/record.ts';
import { createByteBudget } from './http/byte-budget.ts';
import { connectApi } from './http/connect-api/plugin.ts';
import { importApi } from './http/import-api/plugin.ts';
import { createMetricsServer } from './http/metrics-server.ts';
import { createOperatorServer } from './http/operator/server.ts';
import { createHttpServer } from './http/server.ts';
import { createIntake } from './intake/create-intake.ts';
import { createLoadHost } from './loader/load-host.ts';
import { createLoader } from './loader/loader.ts';
import { createRejects } from './loader/rejects.ts';
import { createLog } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';

export interface App {
  /** Begins to load and to answer; resolves with the addresses. */
  start(): Promise<{ readonly url: URL; readonly metricsUrl: URL }>;
  /** Resolves when everything accepted so far is loaded, but for what a failure holds back. */
  drain(): Promise<void>;
  /** Ends what was begun: requests in flight are answered, what is buffered stays for the next start. */
  stop(): Promise<void>;
  /** Resolves with the reason when the server can no longer work and its process should end. */
  readonly failed: Promise<Error>;
}

/** Opens a data directory and builds a server on it. Throws `DataDirectoryLockedError` when another process has it. */
export async function createApp(config: Config): Promise<App> {
  // What was opened is closed in reverse order, also when a later step of the start fails.
  await using opened = new AsyncDisposableStack();
  const log = createLog({ level: config.logLevel });
  const metrics = createMetrics();
  const failure = Promise.withResolvers<Error>();
  let died: Error | undefined;
  const { parts, routes, usageWriter, upkeep } = await openControlPlane(config, { log, opened });
  const { store, registry } = parts;

  const buffer = await createEmbeddedBuffer({
    ...config.buffer,
    directory: join(config.dataDirectory, 'buffer'),
    onDeath: (error) => {
      log.fatal({ err: error }, 'the buffer died');
      died = error;
      failure.resolve(error);
    },
  });
  opened.defer(() => buffer.close());
  const intake = createIntake({ buffer, threads: config.intake.threads });
  opened.defer(() => intake.close());
  const budget = createByteBudget({ totalBytes: config.intake.budgetBytes, waitMs: config.intake.budgetWaitMs, maxBodyBytes });

  const host = createLoadHost(config.duckdb);
  opened.defer(() => host.close());
  const loader = createLoader({
    buffer,
    host,
    findRoute: (sourceId) => routes.find(sourceId),
    reports: {
      recordLoad: (report) => recordLoad(store, report),
      recordFailure: (failed) => recordLoadFailure(store, failed),
    },
    metrics,
    log,
    maxWindowBytes: config.loader.maxWindowBytes,
  });
  opened.defer(() => loader.stop());

  metrics.observe('thimble_buffer_pending_bytes', 'Bytes accepted and not yet loaded.', () => buffer.usage().pendingBytes);
  metrics.observe('thimble_buffer_disk_bytes', 'Bytes of the buffer on disk.', () => buffer.usage().diskBytes);
  metrics.observe('thimble_intake_bytes', 'Request bytes between socket and buffer.', () => budget.takenBytes);

  const operator = await createOperatorServer({
    parts,
    warehouses: { query: (warehouse, sql) => host.query(warehouse, sql), copy: (warehouse, file) => host.copy(warehouse, file) },
    rejects: createRejects({ buffer, host, findRoute: (sourceId) => routes.find(sourceId), clock: Date.now }),
    retryLoads: (which) => loader.retryNow(which),
    warehouseDirectory: routes.warehouseDirectory,
    status: async () => ({
      buffer: { ...buffer.usage(), head: buffer.head },
      backlog: buffer.backlog(),
      ...(await readLoadOverview(store)),
    }),
    log,
  });
  opened.defer(() => operator.close());
  opened.defer(() => host.stopQueries());
  const metricsServer = createMetricsServer({ registry: metrics.registry });
  opened.defer(() => metricsServer.close());
  const version = readVersion();
  const health = (): readonly string[] | undefined => (died === undefined ? undefined : ['The buffer cannot be written any more.']);
  const server = await createHttpServer({
    surfaces: [
      importApi({
        verifier: registry,
        intake,
        budget,
        maxBodyBytes,
        health,
        version,
        revision: version,
        log,
        countAccepted: metrics.countAccepted,
      }),
      connectApi({ parts, verifier: registry, log }),
    ],
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    health,
    log,
    countRequest: metrics.countRequest,
  });
  opened.defer(() => server.close());

  const running = opened.move();
  return {
    failed: failure.promise,
    async start() {
      loader.start();
      usageWriter.start();
      upkeep.start();
      await operator.listen(operatorSocketOf(config.dataDirectory));
      const metricsUrl = await metricsServer.listen(config.metricsPort);
      return { url: await server.listen(config.host, config.port), metricsUrl };
    },
    drain: () => loader.drain(),
    stop: () => running.disposeAsync(),
  };
}
