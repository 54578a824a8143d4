import type { AppendBatch } from '../buffer.ts';
import type { AppendJob, Job } from './protocol.ts';

interface Outbox {
  /** Takes a job; it leaves with the others of this turn of the event loop. */
  add(job: Job): void;
}

/** A message costs more than what is in it: payloads up to this are copied into one block, larger ones are handed over as they are. */
const copiedBytes = 16 * 1024;

/**
 * Collects jobs, so that one message carries all of a turn and the thread commits them together. `post` throws when a message cannot be
 * handed over; then each job is sent alone, and `refuse` is called for those that cannot.
 */
export function createOutbox(
  post: (jobs: readonly Job[], transfer: ArrayBuffer[]) => void,
  refuse: (job: Job, reason: unknown) => void,
): Outbox {
  let jobs: Job[] = [];

  function send(group: readonly Job[]): void {
    const { packed, transfer } = packJobs(group);
    post(packed, transfer);
  }

  function sendAlone(job: Job): void {
    try {
      send([job]);
    } catch (error) {
      refuse(job, error);
    }
  }

  function flush(): void {
    const group = jobs;
    jobs = [];
    try {
      send(group);
    } catch {
      for (const job of group) sendAlone(job);
    }
  }

  return {
    add(job) {
      jobs.push(job);
      if (jobs.length === 1) setImmediate(flush);
    },
  };
}

/** The same jobs with payloads that can be transferred. A job that was packed and not sent can be packed again. */
function packJobs(jobs: readonly Job[]): { packed: Job[]; transfer: ArrayBuffer[] } {
  const appends = jobs.filter((job) => job.kind === 'append');
  const small = appends.flatMap(({ batches }) => batches.map(({ payload }) => payload.byteLength)).filter((bytes) => bytes <= copiedBytes);
  const block = new Uint8Array(small.reduce((sum, bytes) => sum + bytes, 0));
  const transfer = new Set<ArrayBuffer>(block.byteLength === 0 ? [] : [block.buffer]);
  let at = 0;

  function pack(batch: AppendBatch): AppendBatch {
    const { payload } = batch;
    if (payload.byteLength <= copiedBytes) {
      block.set(payload, at);
      at += payload.byteLength;
      return { ...batch, payload: block.subarray(at - payload.byteLength, at) };
    }
    // A view into a larger block is copied: handing the block over would take it from its other users.
    const owned = payload.byteLength === payload.buffer.byteLength ? payload : new Uint8Array(payload);
    transfer.add(owned.buffer);
    return owned === payload ? batch : { ...batch, payload: owned };
  }

  const packAppend = (job: AppendJob): AppendJob => ({ ...job, batches: job.batches.map(pack) });
  return { packed: jobs.map((job) => (job.kind === 'append' ? packAppend(job) : job)), transfer: [...transfer] };
}
