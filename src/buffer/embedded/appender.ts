import { freeLargeMemory } from '../../lib/free-memory.ts';
import { jobBytes, storeGroup, takeGroup } from './append-group.ts';
import { diskSpace } from './files.ts';
import { monotonicMs } from './protocol.ts';
import type { AppendJob, Reply, WriterOptions } from './protocol.ts';
import type { SegmentSet } from './segment-set.ts';

/** Bounds one transaction, hence the log's growth and how long a reply waits. */
const groupBytes = 32 * 1024 * 1024;
/** Left free for acknowledging, checkpoints and compaction, which give space back. */
const defaultReserveBytes = 64 * 1024 * 1024;
const defaultReserveShare = 1 / 20;

interface Appender {
  /** Commits the next group of the queue and returns what to reply; the queue may keep more. */
  commitNext(queue: AppendJob[]): Reply[];
}

/** Stores appends in the active segment, many to a transaction; positions rise from above `head`. */
export function createAppender(options: WriterOptions, set: SegmentSet, head: number): Appender {
  let lastAssigned = head;

  /** A batch is written twice, into the log and from there into the file. */
  const spareBytes = (): number => {
    const { freeBytes, totalBytes } = diskSpace(options.directory);
    const reserveBytes = options.reserveBytes ?? Math.min(defaultReserveBytes, totalBytes * defaultReserveShare);
    return (freeBytes - reserveBytes) / 2;
  };

  const roomBytes = (): number => options.segmentBytes - (set.findActive()?.fileBytes ?? 0);

  const commitNext = (queue: AppendJob[]): Reply[] => {
    const late = takeLate(queue);
    const [first] = queue;
    if (first === undefined) return late;
    const spare = spareBytes();
    if (jobBytes(first) > spare)
      return [...late, ...queue.splice(0, 1).map((job) => failed(job, 'The disk that holds the buffer is full.'))];
    if (jobBytes(first) > roomBytes() && holdsBatches(set)) set.sealActive();
    const { segment, file } = set.active();
    late.push(...takeLate(queue));
    const group = takeGroup(queue, Math.min(groupBytes, spare, roomBytes()));
    try {
      const replies = storeGroup(group, segment, file, lastAssigned + 1);
      return [...late, ...replies];
    } catch (error) {
      return [...late, ...group.map((job) => failed(job, reasonOf(error)))];
    } finally {
      // Positions of a failed transaction are not used again either.
      lastAssigned += group.reduce((count, { batches }) => count + batches.length, 0);
      for (const { payload } of group.flatMap(({ batches }) => batches)) freeLargeMemory(payload);
    }
  };

  return {
    commitNext(queue) {
      try {
        return commitNext(queue);
      } catch (error) {
        return queue.splice(0).map((job) => failed(job, reasonOf(error)));
      }
    },
  };
}

function holdsBatches(set: SegmentSet): boolean {
  return (set.findActive()?.lastPosition ?? 0) > 0;
}

/** Removes from the queue and refuses what may not begin any more. */
function takeLate(queue: AppendJob[]): Reply[] {
  const nowMs = monotonicMs();
  const late = queue.filter(({ deadlineMs }) => deadlineMs <= nowMs);
  if (late.length === 0) return [];
  const inTime = queue.filter(({ deadlineMs }) => deadlineMs > nowMs);
  queue.splice(0, queue.length, ...inTime);
  return late.map((job) => failed(job, 'The append did not begin before its deadline.'));
}

function failed({ id }: { id: number }, reason: string): Reply {
  return { id, outcome: { kind: 'failed', reason } };
}

function reasonOf(error: unknown): string {
  return `The buffer could not commit: ${error instanceof Error ? error.message : String(error)}.`;
}
