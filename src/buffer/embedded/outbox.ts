import { packAppends } from './append-parcel.ts';
import type { AppendJob, Job, JobsMessage, UnpackedJob } from './protocol.ts';

interface Outbox {
  /** Takes a job; it leaves with the others of this turn of the event loop. */
  add(job: Job): void;
}

/**
 * Collects jobs, so that one message carries all of a turn and the thread commits them together. `post` throws when a message cannot be
 * handed over; then each job is sent alone, and `refuse` is called for those that cannot.
 */
export function createOutbox(
  post: (message: JobsMessage, transfer: ArrayBuffer[]) => void,
  refuse: (job: Job, reason: unknown) => void,
): Outbox {
  let appends: AppendJob[] = [];
  let others: UnpackedJob[] = [];

  function send(group: readonly AppendJob[], jobs: readonly UnpackedJob[]): void {
    const { parcel, transfer } = packAppends(group);
    post({ appends: parcel, jobs }, transfer);
  }

  function sendAlone(job: Job): void {
    try {
      if (job.kind === 'append') send([job], []);
      else send([], [job]);
    } catch (error) {
      refuse(job, error);
    }
  }

  function flush(): void {
    const [group, jobs] = [appends, others];
    appends = [];
    others = [];
    try {
      send(group, jobs);
    } catch {
      for (const job of [...group, ...jobs]) sendAlone(job);
    }
  }

  return {
    add(job) {
      if (appends.length + others.length === 0) setImmediate(flush);
      if (job.kind === 'append') appends.push(job);
      else others.push(job);
    },
  };
}
