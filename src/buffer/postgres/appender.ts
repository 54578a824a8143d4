import { setTimeout as delay } from 'node:timers/promises';
import { findSqlState, isSessionLost } from '../../lib/postgres.ts';
import { inTransaction, SessionUnavailableError } from '../../lib/postgres-session.ts';
import type { Session } from '../../lib/postgres-session.ts';
import { batchBytes } from '../embedded/batch-size.ts';
import { monotonicMs } from '../embedded/protocol.ts';
import type { AppendJob, Reply } from '../embedded/protocol.ts';
import { addToPart } from '../embedded/segment.ts';
import { parseStreamKey, streamKey } from '../embedded/stream-key.ts';
import { addSegment, BufferTakenError, findStreamIds, listSegments, renameTable, renewOwner, requireOwner } from './catalog.ts';
import type { OpenedTables } from './open-tables.ts';
import { insertBatches, rowBytes } from './segment-table.ts';
import type { StoredBatch, TableSegment } from './segment-table.ts';

/** Bounds one transaction, and what the server holds of it in memory. */
const groupBytes = 16 * 1024 * 1024;
const retryMs = 100;
/** A server that has lost its lock must end soon: it looks no longer than this. */
const lastLookMs = 3_000;
const undefinedTable = '42P01';

export interface AppenderOptions {
  /** For appends alone. */
  readonly session: Session;
  /** For finding out what became of an append whose session was lost. */
  readonly desk: Session;
  readonly opened: OpenedTables;
  readonly segmentBytes: number;
  /** False once this process may not be the only one any more. */
  readonly isAlone: () => boolean;
  /** How long the outcome of an append is looked for. */
  readonly findOutcomeMs: number;
  readonly reply: (replies: readonly Reply[]) => void;
  /** Nothing can be promised any more. */
  readonly die: (error: Error) => void;
}

interface Appender {
  add(job: AppendJob): void;
  /** Resolves when everything added so far is settled. */
  idle(): Promise<void>;
}

/** Stores appends, all that wait in one statement and so in one commit; positions rise from above the head. */
export function createAppender(options: AppenderOptions): Appender {
  const { session, opened, segmentBytes, reply } = options;
  const { set, ownership, streamIds } = opened;
  const queue: AppendJob[] = [];
  let lastAssigned = opened.head;
  let running: Promise<void> | undefined;
  let isDead = false;

  const fail = (jobs: readonly AppendJob[], reason: string): void =>
    reply(jobs.map(({ id }) => ({ id, outcome: { kind: 'failed', reason } })));

  /** What waits is not stored either: a table whose last append is unknown may take no more, nor be sealed. */
  const die = (error: Error): void => {
    isDead = true;
    options.die(error);
  };

  async function work(): Promise<void> {
    // After this turn's appends, which join the first group.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      try {
        await commitNext();
      } catch (error) {
        if (error instanceof BufferTakenError) die(error);
        fail(queue.splice(0), reasonOf(error));
      } finally {
        set.busy = undefined;
      }
    }
    running = undefined;
  }

  async function commitNext(): Promise<void> {
    if (isDead) return fail(queue.splice(0), 'The buffer is closed.');
    if (!options.isAlone()) return fail(queue.splice(0), 'This server has lost its lock on the database.');
    const segment = (set.busy = set.active ?? (await createSegment()));
    fail(takeLate(queue), 'The append did not begin before its deadline.');
    const group = takeGroup(queue, Math.min(groupBytes, segmentBytes - segment.fileBytes));
    if (group.length === 0) return;
    try {
      await storeGroup(group, segment);
    } catch (error) {
      if (error instanceof BufferTakenError) die(error);
      fail(group, reasonOf(error));
    }
    if (segment.fileBytes >= segmentBytes) set.active = undefined;
  }

  async function createSegment(): Promise<TableSegment> {
    const segment = await session.run((client) =>
      inTransaction(client, async () => {
        await requireOwner(client, ownership);
        return addSegment(client, set.nextNumber(), ownership.current, false);
      }),
    );
    set.add(segment);
    return (set.active = set.busy = segment);
  }

  async function storeGroup(group: readonly AppendJob[], segment: TableSegment): Promise<void> {
    await addStreams(group);
    const replies: Reply[] = [];
    const batches: (StoredBatch & { key: string })[] = [];
    for (const job of group) {
      for (const { table, records, payload } of job.batches) {
        const key = streamKey({ sourceId: job.sourceId, table });
        batches.push({ position: (lastAssigned += 1), streamId: idOf(key), key, receivedAt: job.receivedAt, records, payload });
      }
      replies.push({ id: job.id, outcome: { kind: 'appended', lastPosition: lastAssigned } });
    }
    await insert(segment, batches);
    for (const { key, streamId, payload, position } of batches) {
      addToPart(segment, key, streamId, { batches: 1, bytes: payload.byteLength, last: position });
      segment.fileBytes += payload.byteLength + rowBytes;
    }
    reply(replies);
  }

  function idOf(key: string): number {
    const id = streamIds.get(key);
    if (id === undefined) throw new Error('A stream has no id.');
    return id;
  }

  async function addStreams(group: readonly AppendJob[]): Promise<void> {
    const keys = group.flatMap(({ sourceId, batches }) => batches.map(({ table }) => streamKey({ sourceId, table })));
    const missing = [...new Set(keys)].filter((key) => !streamIds.has(key));
    if (missing.length === 0) return;
    const ids = await session.run((client) => findStreamIds(client, missing.map(parseStreamKey)));
    for (const [index, key] of missing.entries()) {
      const id = ids[index];
      if (id !== undefined) streamIds.set(key, id);
    }
  }

  /** Resolves when the batches are stored, rejects when they are not and never will be. */
  async function insert(segment: TableSegment, batches: readonly StoredBatch[]): Promise<void> {
    try {
      await session.run((client) => insertBatches(client, segment.table, batches));
    } catch (error) {
      if (findSqlState(error) === undefinedTable) throw new BufferTakenError();
      if (error instanceof SessionUnavailableError || !isSessionLost(error)) throw error;
      if (!(await isStored(segment, batches.at(-1)?.position ?? 0))) throw error;
    }
  }

  /**
   * What a lost session sent may be stored, not yet stored, or lost. A new owner gives the table another name, so that after this
   * look nothing arrives late; the statement had all of the batches or none.
   */
  async function isStored(segment: TableSegment, position: number): Promise<boolean> {
    const beganAt = performance.now();
    const isOver = (): boolean =>
      performance.now() - beganAt >= (options.isAlone() ? options.findOutcomeMs : Math.min(lastLookMs, options.findOutcomeMs));
    for (;;) {
      try {
        return await look(segment, position);
      } catch (error) {
        if (!isOver() && isSessionLost(error) && !(error instanceof BufferTakenError)) {
          await delay(retryMs);
          continue;
        }
        const fault = error instanceof BufferTakenError ? error : new Error('It is not known whether an append is stored.');
        die(fault);
        throw fault;
      }
    }
  }

  async function look(segment: TableSegment, position: number): Promise<boolean> {
    return options.desk.run(async (client) => {
      const { table, stored } = await inTransaction(client, async () => {
        await renewOwner(client, ownership);
        const listed = (await listSegments(client)).find(({ number }) => number === segment.number);
        if (listed === undefined) throw new BufferTakenError();
        const renamed = await renameTable(client, listed, ownership.current);
        const { rowCount } = await client.query(`select from ${renamed.table} where position = $1`, [position]);
        return { table: renamed.table, stored: rowCount === 1 };
      });
      segment.table = table;
      return stored;
    });
  }

  return {
    add(job) {
      queue.push(job);
      running ??= work();
    },
    idle: async () => running,
  };
}

/** The next jobs that fit together; always at least one, when there is one. */
function takeGroup(queue: AppendJob[], roomBytes: number): AppendJob[] {
  let bytes = 0;
  let count = 0;
  for (const { batches } of queue) {
    for (const { payload } of batches) bytes += batchBytes(payload.byteLength);
    if (count > 0 && bytes > roomBytes) break;
    count += 1;
  }
  return queue.splice(0, count);
}

/** Takes from the queue what may not begin any more. */
function takeLate(queue: AppendJob[]): AppendJob[] {
  const nowMs = monotonicMs();
  const late = queue.filter(({ deadlineMs }) => deadlineMs <= nowMs);
  if (late.length > 0) queue.splice(0, queue.length, ...queue.filter(({ deadlineMs }) => deadlineMs > nowMs));
  return late;
}

function reasonOf(error: unknown): string {
  return `The buffer could not commit: ${error instanceof Error ? error.message : String(error)}.`;
}
