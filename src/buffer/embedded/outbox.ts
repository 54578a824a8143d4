import type { AppendParcel } from './append-parcel.ts';
import { packAppends } from './append-parcel.ts';
import type { AppendJob, Job, UnpackedJob } from './protocol.ts';

/** What goes to the thread at once. */
export interface JobsMessage {
  readonly appends: AppendParcel;
  readonly jobs: readonly UnpackedJob[];
}

interface Outbox {
  /** Takes a job; it leaves with the others of this turn of the event loop, an append maybe later. */
  add(job: Job): void;
  /** So many appends that were sent are answered. */
  answered(appends: number): void;
}

/**
 * Collects jobs, so that one message carries many. While appends are with the thread, others wait here for the commit after: they would
 * wait there too, and each message costs both threads. `post` throws when a message cannot be handed over; then each job is sent alone,
 * and `refuse` is called for those that cannot.
 */
export function createOutbox(
  post: (message: JobsMessage, transfer: ArrayBuffer[]) => void,
  refuse: (job: Job, reason: unknown) => void,
): Outbox {
  let appends: AppendJob[] = [];
  let others: UnpackedJob[] = [];
  /** Appends that are with the thread. */
  let sent = 0;
  let scheduled = false;

  function send(group: readonly AppendJob[], jobs: readonly UnpackedJob[]): void {
    const { parcel, transfer } = packAppends(group);
    post({ appends: parcel, jobs }, transfer);
    sent += group.length;
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
    scheduled = false;
    const jobs = others;
    // Closing comes after everything asked for before.
    const group = sent === 0 || jobs.some(({ kind }) => kind === 'close') ? appends : [];
    if (group.length + jobs.length === 0) return;
    if (group.length > 0) appends = [];
    others = [];
    try {
      send(group, jobs);
    } catch {
      for (const job of [...group, ...jobs]) sendAlone(job);
    }
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  }

  return {
    add(job) {
      if (job.kind === 'append') appends.push(job);
      else others.push(job);
      schedule();
    },
    answered(count) {
      sent -= count;
      if (appends.length > 0) schedule();
    },
  };
}
