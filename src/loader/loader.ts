import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Buffer, Claim, Stream } from '../buffer/buffer.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { ConnectionLostError, DestinationHeldError, OutOfMemoryError, TransientError } from '../sinks/errors.ts';
import { createBatchLimit } from './batch-limit.ts';
import { findFailureKind } from './failure-kind.ts';
import type { LoadHost } from './load-host.ts';
import type { LoadReports } from './load-reports.ts';
import type { Route, Turn, Waiting } from './schedule.ts';
import { createSchedule } from './schedule.ts';

export interface LoaderOptions {
  readonly buffer: Buffer;
  readonly host: Pick<LoadHost, 'loadWindow' | 'checkDestination'>;
  /** Where the data of a source goes; undefined keeps it in the buffer. */
  readonly findRoute: (sourceId: number) => Route | undefined;
  /** When a destination is held, in milliseconds since the epoch; `findRoute` finds none into it since then. Never by default. */
  readonly heldFrom?: (destinationId: number) => number;
  readonly reports: LoadReports;
  readonly metrics: Pick<Metrics, 'countLoad'>;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** Milliseconds since the epoch. By default the time of day for reports, and one that only rises for waiting. */
  readonly clock?: () => number;
  readonly maxWindowBytes?: number;
  /** Windows under way at once, each into another destination; those that wait long for a server count no more. */
  readonly concurrency?: number;
  /** How long a stream with little data waits for more. */
  readonly lingerMs?: number;
  readonly stopMs?: number;
}

export interface Loader {
  start(): void;
  /** Claims nothing more and waits for the windows under way, but for `stopMs` at most: what is cut short is loaded again. */
  stop(): Promise<void>;
  /** Resolves when nothing is under way and nothing is left but what is held back by a failure or has no destination. */
  drain(): Promise<void>;
  /** Tries at once what is held back of a source, of one of its tables, of a destination, or of all, for instance after a repair. Returns the streams that wait. */
  retryNow(which?: Partial<Waiting>): readonly Stream[];
}

/** Windows shrink to this at least, and always hold a batch. */
const minWindowBytes = 2 ** 16;
/** Each batch of a window costs time of its own, however small. */
const maxBatches = 10_000;

/** The loop between buffer and destinations: claim → load → report → acknowledge (ADR 5). */
export function createLoader(options: LoaderOptions): Loader {
  const { buffer, host, reports, metrics, log } = options;
  const maxWindowBytes = options.maxWindowBytes ?? 32 * 2 ** 20;
  const lingerMs = options.lingerMs ?? 200;
  const clock = options.clock ?? Date.now;
  const schedule = createSchedule({
    buffer,
    findRoute: options.findRoute,
    // What waits must not wait longer because the time of day is set back.
    clock: options.clock ?? (() => performance.now()),
    onMissingRoute: (sourceId) => log.warn({ sourceId }, 'the source has no destination that may be loaded into; its data is kept'),
    concurrency: options.concurrency ?? 2,
    lingerMs,
    lingerBytes: maxWindowBytes / 4,
  });
  const batchLimit = createBatchLimit(maxBatches);
  const underWay = new Set<Promise<void>>();
  let running = false;
  let timer: NodeJS.Timeout | undefined;
  let wakeAt = Infinity;
  let unsubscribe: (() => void) | undefined;
  const drains: PromiseWithResolvers<void>[] = [];

  /** Starts what may be loaded now, and comes back when something else may. */
  function pump(): void {
    if (!running) return;
    const urgent = drains.length > 0;
    for (let next = schedule.next(urgent); next !== undefined; next = schedule.next(urgent)) {
      const window = loadNext(next).finally(() => {
        underWay.delete(window);
        pump();
      });
      underWay.add(window);
    }
    if (underWay.size === 0 && !schedule.hasLoadable()) for (const drained of drains.splice(0)) drained.resolve();
    wakeIn(schedule.waitMs());
  }

  function wakeIn(waitMs: number): void {
    clearTimeout(timer);
    wakeAt = performance.now() + waitMs;
    timer = setTimeout(pump, waitMs);
  }

  /** One window of one stream; never rejects. */
  async function loadNext({ stream, route, failures, suspect }: Turn): Promise<void> {
    // A window that was too much for the destination may pass in smaller pieces.
    const maxBytes = Math.max(minWindowBytes, maxWindowBytes / 2 ** failures);
    let claim: Claim | undefined;
    try {
      if (suspect) await reach(route);
      claim = await buffer.claim(stream, { maxBytes, maxBatches: batchLimit.of(stream) });
      if (claim === undefined) throw new TransientError('The buffer hands nothing out.');
      // While it was checked and claimed, its destination may have been held, and become another one since.
      if (isDeepStrictEqual(options.findRoute(stream.sourceId), route)) {
        await load(claim, route);
        schedule.succeeded(stream, route);
        batchLimit.widen(stream);
      } else buffer.release(claim);
    } catch (error) {
      if (claim !== undefined) buffer.release(claim);
      const batches = claim?.batches.length ?? 0;
      if (error instanceof DestinationHeldError) log.info({ ...stream, destinationId: route.destination.id }, 'held; its data is kept');
      else if (error instanceof OutOfMemoryError && batches > 1) tryFewer(stream, batches, error);
      else await fail(stream, route, error);
    }
    schedule.finished(stream);
  }

  /**
   * Of a destination that is silent a check is soon over; a load would wait for the end of a statement that may be long. One that answers
   * is loaded into whatever the check says: it asks for more than most loads need, such as the privilege to create schemas.
   */
  async function reach({ destination }: Route): Promise<void> {
    try {
      await host.checkDestination(destination);
    } catch (error) {
      if (error instanceof ConnectionLostError) throw error;
    }
  }

  /** Waiting would not help, a smaller window may: it is tried at once. */
  function tryFewer(stream: Stream, batches: number, error: Error): void {
    batchLimit.halve(stream, batches);
    log.warn({ ...stream, batches, reason: error.message }, 'too much for one load; half of it is tried');
  }

  async function load(claim: Claim, route: Route): Promise<void> {
    const { stream, batches } = claim;
    const window = {
      ...stream,
      schema: route.schema,
      incarnation: buffer.incarnation,
      binding: route.binding,
      ...(route.settings === undefined ? {} : { settings: route.settings }),
      head: buffer.head,
      acknowledged: claim.acknowledged,
      batches,
    };
    const outcome = await host.loadWindow(route.destination, window, options.heldFrom?.(route.destination.id));
    // Reported before the acknowledgement: after a crash in between, the repeat reports the same load id.
    await reports.recordLoad({ ...outcome, accountId: route.accountId, destinationId: route.destination.id, ...stream });
    await buffer.ack(claim, outcome.position);
    if (outcome.repeated) return;
    const rows = Object.values(outcome.loaded).reduce((sum, count) => sum + count, 0);
    metrics.countLoad('loaded', { rows, rejected: outcome.counts.rejected });
    log.info(
      { ...stream, rows, rejected: outcome.counts.rejected, ms: outcome.finishedAt - outcome.startedAt, loadId: outcome.loadId },
      'loaded',
    );
  }

  async function fail(stream: Stream, route: Route, error: unknown): Promise<void> {
    const type = findFailureKind(error);
    const message = error instanceof Error ? error.message : String(error);
    const waitMs = schedule.failed(stream, route, error instanceof ConnectionLostError ? 'connection_lost' : type);
    metrics.countLoad('failed', { rows: 0, rejected: 0 });
    log[type === 'transient' ? 'warn' : 'error']({ ...stream, type, waitMs, reason: message }, 'load failed; its data is kept');
    try {
      const { sqlState } = (error ?? {}) as { sqlState?: string };
      const { accountId, destination } = route;
      await reports.recordFailure({ ...stream, accountId, destinationId: destination.id, type, message, sqlState, failedAt: clock() });
    } catch (reportError) {
      log.error({ ...stream, err: reportError }, 'the failure could not be recorded');
    }
  }

  return {
    start() {
      running = true;
      unsubscribe = buffer.onAppend((streams) => {
        schedule.appended(streams);
        if (performance.now() + lingerMs < wakeAt) wakeIn(lingerMs);
      });
      pump();
    },
    async stop() {
      running = false;
      clearTimeout(timer);
      unsubscribe?.();
      await Promise.race([Promise.all(underWay), delay(options.stopMs ?? 30_000, undefined, { ref: false })]);
      for (const drained of drains.splice(0)) drained.resolve();
    },
    async drain() {
      if (!running) return;
      const drained = Promise.withResolvers<void>();
      drains.push(drained);
      pump();
      await drained.promise;
    },
    retryNow(which = {}) {
      const waiting = schedule.release(which);
      pump();
      return waiting;
    },
  };
}
