import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../lib/sibling-module.ts';
import { youngHeapMb } from '../../lib/thread-heap.ts';
import type { BufferedBatch } from '../buffer.ts';
import { BufferUnavailableError } from '../errors.ts';
import { unpackBatches } from './claim-parcel.ts';
import { createOutbox } from './outbox.ts';
import type { Outcome, Reply, ThreadMessage, UnnumberedJob, WriterOptions } from './protocol.ts';

interface Call {
  /** Runs on the message of the outcome, before any promise continues. */
  readonly settle: (outcome: Outcome) => void;
  readonly chunk?: (batches: readonly BufferedBatch[]) => void;
}

export interface ThreadLink {
  readonly opened: Extract<ThreadMessage, { kind: 'opened' }>;
  /** Bytes the files occupied at the last reply. */
  diskBytes(): number;
  /** Sends a job at the end of this turn; `settle` is called exactly once, also when the thread has ended. Large payloads are transferred. */
  call(job: UnnumberedJob, call: Call): void;
  /** Resolves when the thread has ended. */
  ended: Promise<void>;
}

/**
 * Starts the writer thread and resolves once it has opened the files; rejects with `BufferUnavailableError` otherwise.
 * `afterReplies` runs once per commit. `onDeath`: the thread ended without being asked to; the process should too.
 */
export function startThread(
  options: WriterOptions,
  handlers: { afterReplies: () => void; onDeath: (error: Error) => void },
): Promise<ThreadLink> {
  // By id, and ids are used again. Not a Map: of one that entries only pass through, each outgrown table, dead but old, keeps the next
  // one alive for the collector of the young generation, and all requests in it.
  const calls: (Call | undefined)[] = [];
  const freeIds: number[] = [];
  let diskBytes = 0;
  let state: 'running' | 'ending' | 'ended' = 'running';
  let fault = new Error('The writer thread of the buffer ended.');
  const thread = new Worker(siblingModule('writer-thread', import.meta.url), {
    workerData: options,
    name: 'buffer',
    resourceLimits: { maxYoungGenerationSizeMb: youngHeapMb },
  });

  const settle = ({ id, outcome }: Reply): void => {
    const call = calls[id];
    if (call === undefined) return;
    calls[id] = undefined;
    freeIds.push(id);
    if (outcome.kind === 'closed') state = 'ending';
    call.settle(outcome);
  };

  const outbox = createOutbox(
    (message, transfer) => thread.postMessage(message, transfer),
    ({ id }, reason) => settle({ id, outcome: { kind: 'failed', reason: `The job cannot be handed over: ${String(reason)}.` } }),
  );

  const call: ThreadLink['call'] = (job, handlersOfCall) => {
    const id = freeIds.pop() ?? calls.length;
    calls[id] = handlersOfCall;
    if (state !== 'running') return settle({ id, outcome: { kind: 'failed', reason: 'The buffer is closed.' } });
    outbox.add({ ...job, id });
  };

  return new Promise((resolve, reject) => {
    const ended = new Promise<void>((resolveEnded) => {
      thread.on('exit', () => {
        const died = state === 'running';
        state = 'ended';
        for (const id of calls.keys()) settle({ id, outcome: { kind: 'failed', reason: fault.message } });
        reject(new BufferUnavailableError(`The buffer cannot be opened: ${fault.message}`));
        if (died) handlers.onDeath(fault);
        resolveEnded();
      });
    });
    thread.on('error', (error) => {
      fault = error instanceof Error ? error : new Error(String(error));
    });
    thread.on('message', (message: ThreadMessage) => {
      if (message.kind === 'opened') {
        diskBytes = message.diskBytes;
        resolve({ opened: message, diskBytes: () => diskBytes, call, ended });
      } else if (message.kind === 'open-failed') {
        state = 'ending';
        fault = new Error(message.reason);
      } else if (message.kind === 'chunk') {
        calls[message.id]?.chunk?.(unpackBatches(message.batches));
      } else {
        diskBytes = message.diskBytes;
        const { appended } = message;
        for (let at = 0; at < appended.length; at += 2)
          settle({ id: appended[at] ?? -1, outcome: { kind: 'appended', lastPosition: appended[at + 1] ?? 0 } });
        for (const reply of message.replies) settle(reply);
        outbox.answered(message.answered);
        handlers.afterReplies();
      }
    });
  });
}
