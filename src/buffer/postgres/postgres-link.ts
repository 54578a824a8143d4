import { postgresOptions } from '../../lib/postgres.ts';
import { createSession } from '../../lib/postgres-session.ts';
import { BufferUnavailableError } from '../errors.ts';
import type { AckJob, ClaimJob, OpenedStream, Reply } from '../embedded/protocol.ts';
import { parseStreamKey } from '../embedded/stream-key.ts';
import type { ThreadLink } from '../embedded/thread-link.ts';
import { commitAcks } from './acknowledger.ts';
import { createAppender } from './appender.ts';
import { bufferSchema, BufferTakenError } from './catalog.ts';
import { readClaim } from './claim-reader.ts';
import { createJanitor } from './janitor.ts';
import { openTables } from './open-tables.ts';
import type { OpenedTables } from './open-tables.ts';

export interface PostgresLinkOptions {
  readonly url: string;
  readonly segmentBytes: number;
  readonly isAlone: () => boolean;
  readonly findOutcomeMs: number;
  readonly afterReplies: () => void;
  readonly onDeath: (error: Error) => void;
}

const queryMs = 60_000;
/** What could not be cleaned is tried again then, if no acknowledgement comes before. */
const cleanAgainMs = 5_000;
const settings = {
  search_path: bufferSchema,
  lock_timeout: '10s',
  // What a lost session still holds is free before whoever waits for it gives up, or soon after.
  idle_in_transaction_session_timeout: '5s',
  statement_timeout: String(queryMs),
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  // Tables are never analysed, so the planner is told what is right for them.
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
};

type Call = Parameters<ThreadLink['call']>[1];

/** Does the jobs of a buffer on a PostgreSQL database: one session appends, another claims, acknowledges and cleans. */
export async function openPostgresLink(options: PostgresLinkOptions): Promise<ThreadLink> {
  const sessionOptions = (name: string) => ({ ...postgresOptions({ url: options.url, name, settings }), query_timeout: queryMs });
  const session = createSession(sessionOptions('thimble buffer append'));
  const desk = createSession(sessionOptions('thimble buffer'));
  const opened = await desk
    .run((client) => openTables(client, options.segmentBytes))
    .catch(async (error: unknown) => {
      await desk.end();
      throw new BufferUnavailableError(`The buffer cannot be opened: ${error instanceof Error ? error.message : String(error)}.`);
    });

  const calls = new Map<number, Call>();
  const ended = Promise.withResolvers<void>();
  let lastId = 0;
  let settled = opened.head;
  let state: 'running' | 'closing' | 'dead' = 'running';
  let acks: AckJob[] = [];
  let acknowledging: Promise<void> = Promise.resolve();
  let cleanAgain: NodeJS.Timeout | undefined;
  const claiming = new Set<Promise<void>>();

  const reply = (replies: readonly Reply[]): void => {
    for (const { id, outcome } of replies) {
      if (outcome.kind === 'appended') settled = Math.max(settled, outcome.lastPosition);
      const call = calls.get(id);
      calls.delete(id);
      call?.settle(outcome);
    }
    if (replies.length > 0) options.afterReplies();
  };
  const die = (error: Error): void => {
    if (state === 'dead') return;
    state = 'dead';
    options.onDeath(error);
  };
  const dieIfTaken = (error: unknown): void => {
    if (error instanceof BufferTakenError) die(error);
  };

  const appender = createAppender({ ...options, session, desk, opened, reply, die });
  const janitor = createJanitor({ opened, desk, segmentBytes: options.segmentBytes });

  const acknowledge = (job: AckJob): void => {
    acks.push(job);
    if (acks.length > 1) return;
    acknowledging = acknowledging.then(commitWaiting);
  };

  /** What was acknowledged meanwhile goes into one commit. Never rejects. */
  const commitWaiting = async (): Promise<void> => {
    await janitor.settle().catch(dieIfTaken);
    const taken = acks;
    acks = [];
    reply(await commitAcks(taken, opened, desk, die));
    await clean();
  };

  const clean = async (): Promise<void> => {
    clearTimeout(cleanAgain);
    const isClean = await janitor.clean().catch(dieIfTaken);
    if (isClean === true || state !== 'running') return;
    cleanAgain = setTimeout(() => void (acknowledging = acknowledging.then(clean)), cleanAgainMs).unref();
  };

  const claim = async (job: ClaimJob): Promise<void> => {
    try {
      await janitor.settle();
      await readClaim(job, { opened, desk, head: settled }, (batches) => calls.get(job.id)?.chunk?.(batches));
      reply([{ id: job.id, outcome: { kind: 'claimed' } }]);
    } catch (error) {
      dieIfTaken(error);
      const reason = `The buffer could not read: ${error instanceof Error ? error.message : String(error)}.`;
      reply([{ id: job.id, outcome: { kind: 'failed', reason } }]);
    }
  };

  const close = async (id: number): Promise<void> => {
    if (state === 'running') state = 'closing';
    clearTimeout(cleanAgain);
    await appender.idle();
    await acknowledging;
    await Promise.all(claiming);
    await Promise.all([session.end(), desk.end()]);
    reply([{ id, outcome: { kind: 'closed' } }]);
    ended.resolve();
  };

  return {
    opened: { kind: 'opened', diskBytes: 0, incarnation: opened.incarnation, head: opened.head, ...countPending(opened) },
    diskBytes: () => opened.set.diskBytes(),
    call(unnumbered, call) {
      lastId += 1;
      const job = { ...unnumbered, id: lastId };
      calls.set(lastId, call);
      if (job.kind === 'close') void close(job.id);
      else if (state !== 'running') reply([{ id: job.id, outcome: { kind: 'failed', reason: 'The buffer is closed.' } }]);
      else if (job.kind === 'append') appender.add(job);
      else if (job.kind === 'ack') acknowledge(job);
      else {
        const claimed = claim(job).finally(() => claiming.delete(claimed));
        claiming.add(claimed);
      }
    },
    ended: ended.promise,
  };
}

function countPending({ set, acknowledged }: OpenedTables): { streams: OpenedStream[]; acknowledged: [string, number][] } {
  const streams = new Map<string, { batches: number; bytes: number }>();
  for (const { parts } of set.segments) {
    for (const [key, { batches, bytes }] of parts) {
      const before = streams.get(key) ?? { batches: 0, bytes: 0 };
      streams.set(key, { batches: batches + before.batches, bytes: bytes + before.bytes });
    }
  }
  return { streams: [...streams].map(([key, counts]) => ({ ...parseStreamKey(key), ...counts })), acknowledged: [...acknowledged] };
}
