import type { Buffer, Stream, StreamBacklog } from '../buffer/buffer.ts';
import type { LoadingSettings } from '../domain/source/loading-settings.ts';
import { createBackOff } from './back-off.ts';
import type { FailureKind } from './load-reports.ts';
import { createLoadSlots } from './load-slots.ts';
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
  /** The connection to the destination was lost last: it is to be checked before anything is loaded. */
  readonly suspect: boolean;
}

interface Routed {
  readonly entry: StreamBacklog;
  readonly route: Route;
}

/** Which stream is loaded next, and until when what failed has to wait. */
export interface Schedule {
  /** Takes the next stream that may be loaded; `urgent` waits for no further data. The caller ends it with `finished`. */
  next(urgent: boolean): Turn | undefined;
  finished(stream: Stream): void;
  succeeded(stream: Stream, route: Route): void;
  /** Returns for how many milliseconds the stream, its source or its destination is held back. */
  failed(stream: Stream, route: Route, kind: FailureKind | 'connection_lost'): number;
  appended(streams: readonly Stream[]): void;
  /** Whether something is pending that nothing holds back. */
  hasLoadable(): boolean;
  /** Milliseconds until `next` may have an answer again. */
  waitMs(): number;
  /** Holds back no more what is pending of a source, of one of its tables, of a destination, or of all. Returns the streams meant. */
  release(which: Partial<Waiting>): Stream[];
}

/** What may be waiting. */
export interface Waiting extends Stream {
  readonly destinationId: number;
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
  /** Loads under way at once; as many again may wait for servers that are slow. */
  readonly concurrency: number;
  /** How long a stream waits for more data, unless it has this many bytes. */
  readonly lingerMs: number;
  readonly lingerBytes: number;
}): Schedule {
  const { buffer, findRoute, clock, lingerMs } = options;
  const backOff = createBackOff({ leastMs: 250, mostMs: repairMs });
  const firstWaiting = new Map<string, number>();
  const slots = createLoadSlots(options.concurrency);
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

  function isSuspect(route: Route): boolean {
    return backOff.failures(destinationKey(route)) > 0;
  }

  /** What is pending and may have a slot: one of an account without any as long as there is such a one, or any. */
  function* startable(): Generator<Routed & { readonly isExtra: boolean }> {
    const { accounts, destinations, fullOfSuspects } = slots.inUse();
    for (const { entry, route } of routed()) {
      if (entry.claimed || destinations.has(route.destination.id) || slots.has(streamKey(entry))) continue;
      if (fullOfSuspects && isSuspect(route)) continue;
      yield { entry, route, isExtra: accounts.has(route.accountId) };
    }
  }

  /** Least recently served account first, then its source, then its table: nobody's flood starves a neighbour. */
  function isBefore(one: Routed, other: Routed): boolean {
    const order = (key: string): number => served.get(key) ?? 0;
    if (one.route.accountId !== other.route.accountId) return order(accountKey(one.route)) < order(accountKey(other.route));
    const difference = one.entry.sourceId === other.entry.sourceId ? 0 : order(sourceKey(one.entry)) - order(sourceKey(other.entry));
    return difference === 0 ? order(streamKey(one.entry)) < order(streamKey(other.entry)) : difference < 0;
  }

  return {
    next(urgent) {
      const now = clock();
      if (slots.freeAt(now) > now) return undefined;
      let first: (Routed & { readonly isExtra: boolean }) | undefined;
      let isReserved = false;
      for (const each of startable()) {
        if (heldUntil(each.entry, each.route) > now) continue;
        isReserved ||= !each.isExtra;
        if (!urgent && ripeAt(each.entry) > now) continue;
        if (first === undefined || (each.isExtra === first.isExtra ? isBefore(each, first) : first.isExtra)) first = each;
      }
      // An account's second slot is for the time when nobody else has anything, not even what is about to be ripe.
      if (first === undefined || (first.isExtra && isReserved)) return undefined;
      const { entry, route } = first;
      const suspect = isSuspect(route);
      const stream = { sourceId: entry.sourceId, table: entry.table };
      turn += 1;
      served.set(accountKey(route), turn).set(sourceKey(stream), turn).set(streamKey(stream), turn);
      firstWaiting.delete(streamKey(stream));
      const { accountId, destination } = route;
      slots.take(streamKey(stream), { accountId, destinationId: destination.id, isRemote: destination.kind !== 'duckdb', suspect }, now);
      return { stream, route, failures: backOff.failures(streamKey(stream)), suspect };
    },
    finished: (stream) => slots.give(streamKey(stream)),
    succeeded(stream, route) {
      for (const key of [streamKey(stream), sourceKey(stream)]) backOff.succeed(key);
      backOff.forget(destinationKey(route));
    },
    failed(stream, route, kind) {
      // The stream's too: a window that is too much for a server may end its connection.
      if (kind === 'connection_lost')
        return Math.max(...[streamKey(stream), destinationKey(route)].map((key) => backOff.fail(key, clock())));
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
      let firstAt = Infinity;
      let firstExtraAt = Infinity;
      let isReserved = false;
      for (const { entry, route, isExtra } of startable()) {
        const held = heldUntil(entry, route);
        const at = Math.max(held, ripeAt(entry));
        isReserved ||= !isExtra && held <= now;
        if (isExtra) firstExtraAt = Math.min(firstExtraAt, at);
        else firstAt = Math.min(firstAt, at);
      }
      const at = Math.max(slots.freeAt(now), isReserved ? firstAt : Math.min(firstAt, firstExtraAt));
      return Math.max(0, Math.min(unrouted.size > 0 ? routeMs : repairMs, at - now));
    },
    release(which) {
      const meant = [...routed()].filter(
        ({ entry, route: { destination } }) =>
          (which.sourceId ?? entry.sourceId) === entry.sourceId &&
          (which.table ?? entry.table) === entry.table &&
          (which.destinationId ?? destination.id) === destination.id,
      );
      for (const { entry, route } of meant) for (const key of keysOf(entry, route)) backOff.release(key);
      return meant.map(({ entry: { sourceId, table } }) => ({ sourceId, table }));
    },
  };
}

function keysOf(stream: Stream, route: Route): string[] {
  return [streamKey(stream), sourceKey(stream), destinationKey(route)];
}

function accountKey({ accountId }: Route): string {
  return `account ${accountId}`;
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
