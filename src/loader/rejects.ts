import type { Buffer } from '../buffer/buffer.ts';
import { BufferFullError, BufferUnavailableError } from '../buffer/errors.ts';
import { createSerial } from '../lib/serial.ts';
import { DestinationUnusableError } from '../sinks/errors.ts';
import type { RejectQuery, RejectState, StoredReject } from '../sinks/sink.ts';
import type { LoadHost } from './load-host.ts';
import type { Route } from './schedule.ts';
import type { ListedReject } from './thread-messages.ts';

/** A page of rejects to show; `table` is the root table as the client named it, or as the destination does. */
interface ListRequest {
  readonly table: string | undefined;
  /** Undefined: all. */
  readonly state: RejectState | undefined;
  readonly order: 'oldest' | 'newest';
  readonly after: number | undefined;
  readonly limit: number;
  /** Each with its record as JSON; the page then ends early where records are large. */
  readonly records: boolean;
}

interface ReplayRequest {
  readonly table: string | undefined;
  /** Sends those again, too, of which a crash left open whether they were sent. */
  readonly uncertain: boolean;
  /** Where the part before ended; undefined for the first. */
  readonly next: ReplayPlace | undefined;
}

/** Ids: the part begins behind `after`; rejects above `upTo` came later than the replay. */
interface ReplayPlace {
  readonly after: number;
  readonly upTo: number;
}

interface ReplayPart {
  readonly replayed: number;
  /** Left alone because they may have been sent already. */
  readonly uncertain: number;
  /** Left alone because their messages were damaged in the destination. */
  readonly damaged: number;
  /** Undefined when this was the last part. */
  readonly next: ReplayPlace | undefined;
}

/** The rejects of sources in their present destinations. Throws the errors of `sinks/errors.ts` and of the buffer. */
export interface Rejects {
  list(sourceId: number, request: ListRequest): Promise<readonly ListedReject[]>;
  /** Sends one part again, oldest first. What is rejected meanwhile belongs to no part, so that a replay ends. */
  replay(sourceId: number, request: ReplayRequest): Promise<ReplayPart>;
}

const partRejects = 1000;
const partBytes = 8 * 2 ** 20;

/**
 * Shows rejects and appends their messages to the buffer again: same source, new positions, their own sequence, so that a newer row wins.
 * They are marked `replaying` before and `replayed` after the append: between the two a crash leaves it open whether they were sent.
 */
export function createRejects(options: {
  readonly buffer: Pick<Buffer, 'append'>;
  readonly host: Pick<LoadHost, 'listRejects' | 'markRejects'>;
  readonly findRoute: (sourceId: number) => Route | undefined;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}): Rejects {
  const { buffer, host, clock } = options;
  // In turns: what one replay has just marked must not look uncertain to another.
  const replays = createSerial();

  function getRoute(sourceId: number): Route {
    const route = options.findRoute(sourceId);
    if (route === undefined)
      throw new DestinationUnusableError(`Source ${sourceId} has no destination to read rejects from, or one that is held.`);
    return route;
  }

  async function replay(route: Route, request: ReplayRequest): Promise<ReplayPart> {
    const page = await readPart(route, request);
    const last = page.rejects.at(-1);
    if (last === undefined) return { replayed: 0, uncertain: 0, damaged: 0, next: undefined };
    const sound = page.rejects.filter(({ payload }) => payload !== undefined);
    const marked = new Set(await mark(route, idsIn(sound, 'rejected'), 'rejected', 'replaying'));
    const chosen = sound.filter(({ id, state }) => marked.has(id) || (request.uncertain && state === 'replaying'));
    try {
      await send(route, chosen);
    } catch (error) {
      // These errors alone say that nothing was stored.
      if (error instanceof BufferFullError || error instanceof BufferUnavailableError)
        await mark(route, [...marked], 'replaying', 'rejected');
      throw error;
    }
    const sent = chosen.map(({ id }) => id);
    await mark(route, sent, 'replaying', 'replayed');
    return {
      replayed: sent.length,
      uncertain: request.uncertain ? 0 : idsIn(sound, 'replaying').length,
      damaged: page.rejects.length - sound.length,
      next: { after: last.id, upTo: page.upTo },
    };
  }

  async function readPart(
    route: Route,
    { table, next }: ReplayRequest,
  ): Promise<{ readonly rejects: readonly StoredReject[]; readonly upTo: number }> {
    const { schema, sourceId, destination } = route;
    const query = { schema, sourceId, table, states: ['rejected', 'replaying'], wholeOnly: true } as const;
    const list = (page: Pick<RejectQuery, 'order' | 'after' | 'upTo' | 'limit' | 'payloadBytes'>): Promise<readonly StoredReject[]> =>
      host.listRejects(destination, { ...query, ...page }, false);
    const upTo = next?.upTo ?? (await list({ order: 'newest', limit: 1 })).at(0)?.id ?? 0;
    return { rejects: await list({ order: 'oldest', after: next?.after, upTo, limit: partRejects, payloadBytes: partBytes }), upTo };
  }

  async function mark(route: Route, ids: readonly number[], from: RejectState, to: RejectState): Promise<readonly number[]> {
    if (ids.length === 0) return [];
    const { schema, sourceId, destination } = route;
    return host.markRejects(destination, { schema, sourceId, ids, from, to, at: clock() });
  }

  async function send({ sourceId }: Route, rejects: readonly StoredReject[]): Promise<void> {
    if (rejects.length === 0) return;
    const batches = rejects.map(({ root, payload }) => ({ table: root, records: 1, payload: payload ?? new Uint8Array(0) }));
    await buffer.append({ sourceId, receivedAt: clock(), batches });
  }

  return {
    async list(sourceId, { table, state, order, after, limit, records }) {
      const { schema, destination } = getRoute(sourceId);
      const states = state === undefined ? (['rejected', 'replaying', 'replayed'] as const) : [state];
      const payloadBytes = records ? partBytes : undefined;
      return host.listRejects(
        destination,
        { schema, sourceId, table, states, wholeOnly: false, order, after, limit, payloadBytes },
        records,
      );
    },
    replay: (sourceId, request) => replays.run(async () => replay(getRoute(sourceId), request)),
  };
}

function idsIn(rejects: readonly StoredReject[], state: RejectState): number[] {
  return rejects.filter((reject) => reject.state === state).map(({ id }) => id);
}
