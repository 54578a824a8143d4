/** The composition root: configuration → parts → `{ start, stop, drain }`. The only place that puts parts together. */
import { join } from 'node:path';
import { maxBodyBytes } from '../contract/import-api.ts';
import { createAttempts } from './access/attempts.ts';
import { createPasswords } from './access/passwords.ts';
import type { Buffer } from './buffer/buffer.ts';
import { createEmbeddedBuffer } from './buffer/embedded/embedded-buffer.ts';
import { createPostgresBuffer } from './buffer/postgres/postgres-buffer.ts';
import type { Config } from './config/config.ts';
import { operatorSocketOf } from './config/operator-socket.ts';
import { findWebApp } from './config/web-app.ts';
import { readVersion } from './config/version.ts';
import { openControlPlane } from './control-plane.ts';
import { createHookOutbox } from './domain/hook/outbox.ts';
import { readLoadOverview } from './domain/load/overview.ts';
import { createAlerts } from './domain/load/alerts.ts';
import { createOutbox } from './domain/mail/outbox.ts';
import { recordLoad, recordLoadFailure } from './domain/load/record.ts';
import { createNoticeOutbox } from './domain/partner/notice-outbox.ts';
import { createSetupLink } from './domain/session/set-up.ts';
import { createWebhookKeys } from './domain/source/webhook-key.ts';
import { openWebhookSteps } from './domain/source/webhook-steps.ts';
import { createByteBudget } from './http/byte-budget.ts';
import { accountApi } from './http/account-api/plugin.ts';
import { connectApi, connectApiV3 } from './http/connect-api/plugin.ts';
import { importApi } from './http/import-api/plugin.ts';
import { createMetricsServer } from './http/metrics-server.ts';
import { notificationsApi } from './http/notifications-api/plugin.ts';
import { openapi } from './http/openapi.ts';
import { oauthApi } from './http/oauth/plugin.ts';
import { createOperatorServer } from './http/operator/server.ts';
import { createHttpServer } from './http/server.ts';
import { webApp } from './http/web-app.ts';
import { webhooks } from './http/webhooks/plugin.ts';
import { createIntake } from './intake/create-intake.ts';
import { createLoadHost } from './loader/load-host.ts';
import { createLoader } from './loader/loader.ts';
import { createRejects } from './loader/rejects.ts';
import { createHookSender } from './notify/hook-sender.ts';
import { createMailSender } from './notify/mail-sender.ts';
import { createNoticeSender } from './notify/notice-sender.ts';
import { createEgress } from './lib/egress.ts';
import { createLog } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';

export interface App {
  /** Begins to load and to answer; resolves with the addresses, and while nobody has an account the one to make the first at. */
  start(): Promise<{ readonly url: URL; readonly metricsUrl: URL; readonly setupUrl: string | undefined }>;
  /** Resolves when everything accepted so far is loaded, but for what a failure holds back. */
  drain(): Promise<void>;
  /** Ends what was begun: requests in flight are answered, what is buffered stays for the next start. */
  stop(): Promise<void>;
  /** Resolves with the reason when the server can no longer work and its process should end. */
  readonly failed: Promise<Error>;
}

/** Opens a data directory and builds a server on it. Throws `DataDirectoryLockedError` or `NodeLockedError` when another process has it. */
export async function createApp(config: Config): Promise<App> {
  // What was opened is closed in reverse order, also when a later step of the start fails.
  await using opened = new AsyncDisposableStack();
  const log = createLog({ level: config.logLevel });
  const metrics = createMetrics();
  const failure = Promise.withResolvers<Error>();
  let died: Error | undefined;
  const die = (error: Error): void => {
    log.fatal({ err: error }, 'the server must end');
    died ??= error;
    failure.resolve(error);
  };
  // Starts nothing before it is used.
  const host = createLoadHost({ ...config.duckdb, egress: config.egress }, { hangMs: config.loader.hangMs, log, onStuck: die });
  const { isAlone, parts, routes, checks, holds, received, usageWriter, upkeep, signingKey, noticeKey } = await openControlPlane(config, {
    log,
    opened,
    onLost: die,
    onDestinationChanged: (id, destination) => host.retain(id, destination),
    onHeld: (destinationId) => host.hold(destinationId),
    onReleased: (destinationId) => void loader.retryNow({ destinationId }),
    whenHeld: (destinationIds) => host.heldEnded(destinationIds),
  });
  const { store, registry } = parts;

  const buffer = await openBuffer(config, { isAlone, onDeath: die });
  opened.defer(() => buffer.close());
  const intake = createIntake({ buffer, threads: config.intake.threads, webhookSteps: await openWebhookSteps(store) });
  opened.defer(() => intake.close());
  const budget = createByteBudget({ totalBytes: config.intake.budgetBytes, waitMs: config.intake.budgetWaitMs, maxBodyBytes });

  opened.defer(() => host.close());
  // Before the host, whose end would otherwise count as the answer of a destination.
  opened.defer(() => checks.stop());
  const alerts = createAlerts({ store, log, onDestination: (destinationId) => void checks.ask(destinationId) });
  const loader = createLoader({
    buffer,
    host,
    findRoute: (sourceId) => routes.find(sourceId),
    heldFrom: (destinationId) => routes.heldFrom(destinationId),
    reports: {
      async recordLoad(report) {
        await recordLoad(store, report);
        await alerts.loaded(report);
      },
      async recordFailure(failure) {
        await recordLoadFailure(store, failure);
        await alerts.failed(failure);
      },
    },
    metrics,
    log,
    maxWindowBytes: config.loader.maxWindowBytes,
  });
  opened.defer(() => loader.stop());

  metrics.observe('thimble_buffer_pending_bytes', 'Bytes accepted and not yet loaded.', () => buffer.usage().pendingBytes);
  metrics.observe('thimble_buffer_disk_bytes', 'Bytes of the buffer on disk.', () => buffer.usage().diskBytes);
  metrics.observe('thimble_intake_bytes', 'Request bytes between socket and buffer.', () => budget.takenBytes);

  let address = '';
  const people = {
    ...config.people,
    passwords: createPasswords(),
    attempts: createAttempts({ now: Date.now }),
    sendsMail: config.people.mail !== undefined,
    origin: () => config.publicUrl?.origin ?? address,
  };
  const arrivals = {
    waitingBytes: (sourceId: number) =>
      buffer.backlog().reduce((bytes, stream) => bytes + (stream.sourceId === sourceId ? stream.bytes : 0), 0),
    receivedAt: (sourceId: number) => received.find(sourceId),
  };
  const egress = createEgress(config.egress);
  const keys = { parts, verifier: registry, log, acceptsEphemeralTokens: config.ephemeralAsAccountToken };
  const { mail } = config.people;
  const mailSender = mail && createMailSender({ ...mail, outbox: createOutbox(parts), log });
  if (mailSender !== undefined) opened.defer(() => mailSender.stop());

  const hookSender = createHookSender({
    outbox: createHookOutbox({ ...parts, sendsMail: people.sendsMail }),
    egress,
    signingKey,
    log,
  });
  opened.defer(() => hookSender.stop());
  const noticeSender = createNoticeSender({ outbox: createNoticeOutbox(parts), egress, noticeKey, log });
  opened.defer(() => noticeSender.stop());

  const operator = await createOperatorServer({
    parts,
    people,
    warehouses: { query: (warehouse, sql) => host.query(warehouse, sql), copy: (warehouse, file) => host.copy(warehouse, file) },
    rejects: createRejects({ buffer, host, findRoute: (sourceId) => routes.find(sourceId), clock: Date.now }),
    retryLoads: (which) => loader.retryNow(which),
    signingKey,
    noticeKey,
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
  const health = (): readonly string[] | undefined =>
    died === undefined ? undefined : ['The server can store nothing any more and ends.'];
  const rows = {
    verifier: registry,
    intake,
    budget,
    maxBodyBytes,
    log,
    countAccepted: metrics.countAccepted,
    noteReceived: (sourceId: number) => received.note(sourceId),
  };
  const server = await createHttpServer({
    surfaces: [
      importApi({ ...rows, health, version, revision: version }),
      webhooks({ ...rows, keys: createWebhookKeys(parts) }),
      accountApi({ parts, people, verifier: registry, publicUrl: config.publicUrl, version, log, arrivals }),
      connectApi(keys),
      connectApiV3({ ...keys, people }),
      notificationsApi({ ...keys, egress }),
      openapi({ version, origin: people.origin }),
      oauthApi({ parts, people, verifier: registry, log }),
    ],
    webApp: webApp({ directory: findWebApp() }),
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
      await holds.start({ ...parts, actor: { kind: 'system' }, requestId: undefined, address: undefined });
      usageWriter.start();
      upkeep.start();
      checks.start(
        (destination) => host.checkDestination(destination),
        (destinationId) => {
          // What was held back until a repair goes on at once.
          loader.retryNow();
          void alerts.recovered(destinationId, Date.now());
        },
      );
      await operator.listen(operatorSocketOf(config.dataDirectory));
      const metricsUrl = await metricsServer.listen(config.metricsPort);
      const url = await server.listen(config.host, config.port);
      address = url.origin;
      mailSender?.start();
      hookSender.start();
      noticeSender.start();
      return { url, metricsUrl, setupUrl: await createSetupLink(parts, people) };
    },
    drain: () => loader.drain(),
    stop: () => running.disposeAsync(),
  };
}

function openBuffer(config: Config, parts: { isAlone: () => boolean; onDeath: (error: Error) => void }): Promise<Buffer> {
  const { databaseUrl: url } = config;
  if (url === undefined)
    return createEmbeddedBuffer({ ...config.buffer, directory: join(config.dataDirectory, 'buffer'), onDeath: parts.onDeath });
  return createPostgresBuffer({ ...config.buffer, url, ...parts });
}
