import type { Buffer, Stream, StreamBacklog } from '../buffer/buffer.ts';
import type { LoadingSettings } from '../domain/source/loading-settings.ts';
import { createBackOff } from './back-off.ts';
import type { FailureKind } from './load-reports.ts';
import type { LoadDestination } from './thread-messages.ts';

/** Where the data of one source goes. */
export interface Route {
  readonly accountId: number;
  readonly sourceId: number;
  /** Schema of the source in the destination. */
  readonly schema: string;
  /** How often the source was given another destination. */
  readonly binding: number;
  readonly destination: LoadDestination;
  /** By default as the contract has it. */
  readonly settings?: LoadingSettings;
}

/** One stream whose turn it is. */
export interface Turn {
  readonly stream: Stream;
  readonly route: Route;
  /** Transient failures of the stream not made up for by a load. */
  readonly failures: number;
}

interface Routed {
  readonly entry: StreamBacklog;
  readonly route: Route;
}

/** Which stream is loaded next, and until when what failed has to wait. */
export interface Schedule {
  /** Takes the next stream that may be loaded; `urgent` waits for no further data. The caller ends it with `finished`. */
  next(urgent: boolean): Turn | undefined;
  finished(stream: Stream, route: Route): void;
  succeeded(stream: Stream, route: Route): void;
  /** Returns for how many milliseconds the stream, its source or its destination is held back. */
  failed(stream: Stream, route: Route, kind: FailureKind): number;
  appended(streams: readonly Stream[]): void;
  /** Whether something is pending that nothing holds back. */
  hasLoadable(): boolean;
  /** Milliseconds until `next` may have an answer again. */
  waitMs(): number;
  /** Holds back no more what is pending of a source or of one of its tables, or of all. Returns the streams meant. */
  release(which: Partial<Stream>): Stream[];
}

/** What stopped until somebody repairs it is tried again this often. */
const repairMs = 60_000;
/** A source without a route is looked up again this often. */
const routeMs = 5_000;

export function createSchedule(options: {
  readonly buffer: Pick<Buffer, 'backlog'>;
  readonly findRoute: (sourceId: number) => Route | undefined;
  readonly clock: () => number;
  readonly onMissingRoute: (sourceId: number) => void;
  readonly concurrency: number;
  /** How long a stream waits for more data, unless it has this many bytes. */
  readonly lingerMs: number;
  readonly lingerBytes: number;
}): Schedule {
  const { buffer, findRoute, clock, lingerMs } = options;
  const backOff = createBackOff({ leastMs: 250, mostMs: repairMs });
  const firstWaiting = new Map<string, number>();
  const busyStreams = new Set<string>();
  const busyDestinations = new Set<number>();
  const served = new Map<string, number>();
  const unrouted = new Set<number>();
  let turn = 0;

  function heldUntil(entry: StreamBacklog, route: Route): number {
    return backOff.isIdle() ? 0 : Math.max(...keysOf(entry, route).map((key) => backOff.retryAt(key)));
  }

  /** When the stream has waited long enough for more data. */
  function ripeAt(entry: StreamBacklog): number {
    return entry.bytes >= options.lingerBytes ? 0 : (firstWaiting.get(streamKey(entry)) ?? -lingerMs) + lingerMs;
  }

  /** Tens of thousands of streams may wait: nothing is made per stream before it is known to be needed. */
  function* routed(): Generator<Routed> {
    for (const entry of buffer.backlog()) {
      const route = findRoute(entry.sourceId);
      if (route !== undefined) yield { entry, route };
      else {
        if (!unrouted.has(entry.sourceId)) options.onMissingRoute(entry.sourceId);
        unrouted.add(entry.sourceId);
      }
    }
  }

  function isReady({ entry, route }: Routed, now: number, urgent: boolean): boolean {
    if (entry.claimed || busyDestinations.has(route.destination.id) || busyStreams.has(streamKey(entry))) return false;
    return heldUntil(entry, route) <= now && (urgent || ripeAt(entry) <= now);
  }

  /** Least recently served source first, then its least recently served table: nobody's flood starves a neighbour. */
  function isBefore(one: StreamBacklog, other: StreamBacklog): boolean {
    const order = (key: string): number => served.get(key) ?? 0;
    const difference = one.sourceId === other.sourceId ? 0 : order(sourceKey(one)) - order(sourceKey(other));
    return difference === 0 ? order(streamKey(one)) < order(streamKey(other)) : difference < 0;
  }

  return {
    next(urgent) {
      if (busyStreams.size >= options.concurrency) return undefined;
      const now = clock();
      let first: Routed | undefined;
      for (const each of routed())
        if (isReady(each, now, urgent) && (first === undefined || isBefore(each.entry, first.entry))) first = each;
      if (first === undefined) return undefined;
      const { entry, route } = first;
      const stream = { sourceId: entry.sourceId, table: entry.table };
      turn += 1;
      served.set(sourceKey(stream), turn).set(streamKey(stream), turn);
      firstWaiting.delete(streamKey(stream));
      busyStreams.add(streamKey(stream));
      busyDestinations.add(route.destination.id);
      return { stream, route, failures: backOff.failures(streamKey(stream)) };
    },
    finished(stream, route) {
      busyStreams.delete(streamKey(stream));
      busyDestinations.delete(route.destination.id);
    },
    succeeded(stream, route) {
      for (const key of keysOf(stream, route)) backOff.succeed(key);
    },
    failed(stream, route, kind) {
      if (kind === 'transient') return backOff.fail(streamKey(stream), clock());
      const key = { table_stopped: streamKey(stream), destination_unusable: destinationKey(route), ledger_mismatch: sourceKey(stream) }[
        kind
      ];
      backOff.hold(key, clock() + repairMs);
      return repairMs;
    },
    appended(streams) {
      const now = clock();
      for (const stream of streams) {
        const key = streamKey(stream);
        if (!firstWaiting.has(key)) firstWaiting.set(key, now);
      }
    },
    hasLoadable() {
      for (const { entry, route } of routed()) if (heldUntil(entry, route) <= clock()) return true;
      return false;
    },
    waitMs() {
      const now = clock();
      let waitMs = repairMs;
      for (const { entry, route } of routed()) {
        if (busyDestinations.has(route.destination.id)) continue;
        waitMs = Math.min(waitMs, Math.max(heldUntil(entry, route), ripeAt(entry)) - now);
      }
      return Math.max(0, unrouted.size > 0 ? Math.min(routeMs, waitMs) : waitMs);
    },
    release(which) {
      const meant = [...routed()].filter(
        ({ entry }) => (which.sourceId ?? entry.sourceId) === entry.sourceId && (which.table ?? entry.table) === entry.table,
      );
      for (const { entry, route } of meant) for (const key of keysOf(entry, route)) backOff.release(key);
      return meant.map(({ entry: { sourceId, table } }) => ({ sourceId, table }));
    },
  };
}

function keysOf(stream: Stream, route: Route): string[] {
  return [streamKey(stream), sourceKey(stream), destinationKey(route)];
}

function streamKey({ sourceId, table }: Stream): string {
  return `stream ${sourceId} ${table}`;
}

function sourceKey({ sourceId }: Stream): string {
  return `source ${sourceId}`;
}

function destinationKey({ destination }: Route): string {
  return `destination ${destination.id}`;
}
