import { join } from 'node:path';
import { commitAcks } from './acknowledger.ts';
import { createAppender } from './appender.ts';
import { packBatches } from './claim-parcel.ts';
import { createClaimReader } from './claim-reader.ts';
import type { ClaimReader } from './claim-reader.ts';
import { createCompactor } from './compactor.ts';
import { catalogFile, databaseFileBytes } from './files.ts';
import type { AckJob, AppendJob, CloseJob, Job, OpenedStream, Outcome, Reply, ThreadMessage, WriterOptions } from './protocol.ts';
import { recover } from './recovery.ts';
import { createSegmentSet } from './segment-set.ts';
import type { Segment } from './segment.ts';
import { parseStreamKey, streamKey } from './stream-key.ts';

type Post = (message: ThreadMessage, transfer?: ArrayBuffer[]) => void;

/**
 * The one owner of the buffer's files. Work is done in turns: what arrived during a commit is in the next one, and a long
 * claim or compaction takes one bounded piece a turn. Throws when the directory cannot be opened.
 */
export function createWriter(options: WriterOptions, post: Post, end: () => void): { receive(job: Job): void } {
  const { directory, synchronous } = options;
  const { catalog, segments, head } = recover(directory, synchronous);
  const set = createSegmentSet({ ...options, incarnation: catalog.incarnation, segments });
  const appender = createAppender(options, set, head);
  const compactor = createCompactor({ ...options, catalog, set });

  const appends: AppendJob[] = [];
  const claims: ClaimReader[] = [];
  let acks: AckJob[] = [];
  let closing: CloseJob | undefined;
  let maintain = true;
  let scheduled = false;

  const diskBytes = (): number => set.diskBytes() + databaseFileBytes(join(directory, catalogFile));
  const reply = (replies: readonly Reply[], answered = 0): void => {
    if (replies.length > 0) post({ kind: 'replies', ...packReplies(replies), answered, diskBytes: diskBytes() });
  };

  const readClaim = (): void => {
    const reader = claims.shift();
    if (reader === undefined) return;
    const { id } = reader.job;
    try {
      const { batches, done } = reader.readTurn();
      const { parcel, transfer } = packBatches(batches);
      post({ kind: 'chunk', id, batches: parcel }, transfer);
      if (done) reply([{ id, outcome: { kind: 'claimed' } }]);
      else claims.push(reader);
    } catch (error) {
      reply([{ id, outcome: failure('read', error) }]);
    }
  };

  const compact = (): void => {
    try {
      maintain = compactor.step();
    } catch {
      // Nothing is lost: the old files stay, and the next acknowledgement tries again.
      maintain = false;
    }
  };

  const turn = (): void => {
    scheduled = false;
    if (acks.length > 0) {
      reply(commitAcks(acks, catalog, set));
      acks = [];
      maintain = true;
    }
    if (appends.length > 0) {
      const replies = appender.commitNext(appends);
      reply(replies, replies.length);
    }
    const active = set.findActive();
    if (active !== undefined && active.fileBytes >= options.segmentBytes) set.sealActive();
    readClaim();
    if (maintain) compact();
    const idle = acks.length === 0 && appends.length === 0 && claims.length === 0;
    if (idle && closing !== undefined) return close(closing);
    if (!idle || maintain) schedule();
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    // After the messages that wait at the port: they join this turn.
    setImmediate(turn);
  };

  const close = ({ id }: CloseJob): void => {
    compactor.abandon();
    set.close();
    catalog.close();
    post({ kind: 'replies', ...packReplies([{ id, outcome: { kind: 'closed' } }]), answered: 0, diskBytes: 0 });
    end();
  };

  post({
    kind: 'opened',
    incarnation: catalog.incarnation,
    head,
    diskBytes: diskBytes(),
    streams: listStreams(segments),
    acknowledged: [...catalog.acknowledgements()],
  });
  schedule();

  return {
    receive(job) {
      if (job.kind === 'append') appends.push(job);
      else if (job.kind === 'ack') acks.push(job);
      else if (job.kind === 'claim') claims.push(createClaimReader(job, set, catalog.acknowledged(streamKey(job.stream))));
      else closing = job;
      schedule();
    },
  };
}

/** Nearly every reply is that an append is stored: as numbers, those cross to the other thread for little. */
function packReplies(replies: readonly Reply[]): { appended: Float64Array; replies: Reply[] } {
  const appended: number[] = [];
  const others: Reply[] = [];
  for (const reply of replies) {
    if (reply.outcome.kind === 'appended') appended.push(reply.id, reply.outcome.lastPosition);
    else others.push(reply);
  }
  return { appended: Float64Array.from(appended), replies: others };
}

function listStreams(segments: readonly Segment[]): OpenedStream[] {
  const streams = new Map<string, { batches: number; bytes: number }>();
  for (const { parts } of segments) {
    for (const [key, { batches, bytes }] of parts) {
      const before = streams.get(key);
      streams.set(key, { batches: batches + (before?.batches ?? 0), bytes: bytes + (before?.bytes ?? 0) });
    }
  }
  return [...streams].map(([key, counts]) => ({ ...parseStreamKey(key), ...counts }));
}

function failure(verb: string, error: unknown): Outcome {
  return { kind: 'failed', reason: `The buffer could not ${verb}: ${error instanceof Error ? error.message : String(error)}.` };
}
