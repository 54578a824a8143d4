import { Worker } from 'node:worker_threads';
import { siblingModule } from '../lib/sibling-module.ts';
import { youngHeapMb } from '../lib/thread-heap.ts';
import { DestinationHeldError, TransientError } from '../sinks/errors.ts';
import type { QueryAnswer, QueryLimits } from '../sinks/duckdb/query.ts';
import type { RejectChange, RejectQuery } from '../sinks/sink.ts';
import { createCommitGate, type CommitGate } from './commit-gate.ts';
import { createHeartbeat, type Heartbeat } from './heartbeat.ts';
import type { LoadOutcome, LoadWindow } from './load-window.ts';
import { readError } from './thread-errors.ts';
import type { CallKind, ListedReject, LoadDestination, ThreadCalls, ThreadReply, ThreadSettings } from './thread-messages.ts';

/** The main thread's side of the loader thread. */
export interface LoadHost {
  /**
   * Loads a window; its payloads are transferred away, and from `heldFrom`, in milliseconds since the epoch, nothing of it commits.
   * Throws the errors of `sinks/errors.ts`.
   */
  loadWindow(destination: LoadDestination, window: LoadWindow, heldFrom?: number): Promise<LoadOutcome>;
  /** From now on no load under way into a destination commits whose COMMIT was not sent before. */
  hold(destinationId: number): void;
  /** Resolves when the loads that were held have ended, rolled back or committed. Rejects when one that was committing does not end. */
  heldEnded(destinationIds: readonly number[]): Promise<void>;
  /** Connects to a destination and proves that loads may succeed. Throws the errors of `sinks/errors.ts`. */
  checkDestination(destination: LoadDestination): Promise<void>;
  /** Answers one SELECT over a destination. Throws the Query… errors of `sinks/errors.ts`. */
  query(destination: LoadDestination, sql: string, limits?: Partial<QueryLimits>): Promise<QueryAnswer>;
  /** Writes a consistent copy of a destination to an absolute path that must not exist. */
  copy(destination: LoadDestination, file: string): Promise<{ readonly bytes: number }>;
  /** A page of the rejects of a source; `records` gives each its record as JSON instead of its payload. */
  listRejects(destination: LoadDestination, query: RejectQuery, records: boolean): Promise<readonly ListedReject[]>;
  /** Changes the state of rejects, durably; returns the ids of those that had the expected one. */
  markRejects(destination: LoadDestination, change: RejectChange): Promise<readonly number[]>;
  /** Closes what is open of a destination that changed or, without a destination, can be used no more. Never rejects. */
  retain(id: number, destination: LoadDestination | undefined): Promise<void>;
  /** Ends queries under way and refuses new ones: a stop does not wait for them. */
  stopQueries(): Promise<void>;
  /** Finishes what was asked, closes the destinations, ends the thread; what takes longer than `closeMs` is cut short. Never rejects. */
  close(): Promise<void>;
}

export interface LoadHostOptions {
  /** The entry of the thread. */
  readonly module?: URL;
  /** A thread that answers nothing for so long is ended and started anew; it may compute, and a statement of DuckDB may hold it. */
  readonly hangMs?: number;
  readonly closeMs?: number;
  /** How long a load that is held may take to roll back, or to end its COMMIT. */
  readonly holdMs?: number;
  /** How long a thread that is told to end at once may take; native code is not interrupted. */
  readonly endMs?: number;
  readonly log?: { error(fields: object, message: string): void };
  /** The thread hangs and cannot be ended, so none can be started: the process should end. */
  readonly onStuck?: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, PromiseWithResolvers<ThreadReply>>;
  readonly heartbeat: Heartbeat;
  /** Set while it is made to end: nothing more may be asked, and no other may open the same files. */
  ending: Error | undefined;
}

/** A load that its destination's hold may have to stop. */
interface RunningLoad {
  readonly destinationId: number;
  readonly gate: CommitGate;
  /** It was held after its COMMIT was sent. */
  wasCommitting: boolean;
  /** With what it failed, if it did. */
  readonly ended: Promise<unknown>;
}

/** Heap of the thread; beyond it the thread alone ends. Columns and payloads lie outside the heap. */
const maxHeapMb = 1024;

/** Starts the loader thread at the first call and again after it died or hung; whatever was under way then fails with `TransientError`. */
export function createLoadHost(settings: ThreadSettings = {}, options: LoadHostOptions = {}): LoadHost {
  const {
    module = siblingModule('loader-thread', import.meta.url),
    hangMs = 300_000,
    closeMs = 30_000,
    holdMs = 5_000,
    endMs = 10_000,
    log,
  } = options;
  let thread: Thread | undefined;
  const loads = new Set<RunningLoad>();
  let calls = 0;
  let closed = false;

  function start(): Thread {
    const worker = new Worker(module, {
      name: 'loader',
      workerData: settings,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: youngHeapMb },
    });
    const waiting: Thread['waiting'] = new Map();
    const heartbeat = createHeartbeat({
      limitMs: hangMs,
      beat: () =>
        void call('ping', undefined).then(
          () => heartbeat.answered(),
          () => undefined,
        ),
      onSilent: () => void endHanging(started),
    });
    const started: Thread = { worker, waiting, heartbeat, ending: undefined };
    let cause = 'The loader thread ended.';
    worker.on('message', (reply: ThreadReply) => {
      waiting.get(reply.id)?.resolve(reply);
      waiting.delete(reply.id);
    });
    worker.on('error', (error: unknown) => (cause = `The loader thread failed: ${error instanceof Error ? error.message : String(error)}`));
    worker.on('exit', () => {
      heartbeat.stop();
      if (thread === started) thread = undefined;
      failAll(started, new TransientError(cause));
    });
    return started;
  }

  function failAll({ waiting }: Thread, error: Error): void {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  /** Makes a thread end now; resolves with whether it did. */
  async function end(one: Thread, reason: Error): Promise<boolean> {
    one.ending = reason;
    one.heartbeat.stop();
    failAll(one, reason);
    const ended = await isWithin(endMs, one.worker.terminate());
    // Else the process could not end by itself.
    if (!ended) one.worker.unref();
    return ended;
  }

  async function endHanging(one: Thread): Promise<void> {
    const reason = new TransientError(`The loader thread did not answer for ${hangMs / 1000} s.`);
    log?.error({ waiting: one.waiting.size }, 'the loader thread hangs and is started anew; what was under way is repeated');
    if (await end(one, reason)) return;
    log?.error({ endMs }, 'the loader thread does not end');
    options.onStuck?.(new Error(`${reason.message} It cannot be ended either.`));
  }

  async function call<Kind extends CallKind>(
    kind: Kind,
    input: ThreadCalls[Kind]['input'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<ThreadCalls[Kind]['output']> {
    if (closed && kind !== 'close') throw new TransientError('The loader is closed.');
    const { worker, waiting, ending } = (thread ??= start());
    if (ending !== undefined) throw ending;
    const id = (calls += 1);
    const reply = Promise.withResolvers<ThreadReply>();
    waiting.set(id, reply);
    worker.postMessage({ id, kind, input }, transfer);
    const answer = await reply.promise;
    if (!answer.ok) throw readError(answer.error);
    return answer.output;
  }

  return {
    async loadWindow(destination, window, heldFrom = Infinity) {
      if (Date.now() >= heldFrom) throw new DestinationHeldError();
      const gate = createCommitGate();
      const work = call('load', { destination, window, gate: gate.shared, heldFrom }, transferable(window));
      const load: RunningLoad = { destinationId: destination.id, gate, wasCommitting: false, ended: findFailure(work) };
      loads.add(load);
      return work.finally(() => loads.delete(load));
    },
    hold(destinationId) {
      for (const load of loads) if (load.destinationId === destinationId && !load.gate.shut()) load.wasCommitting = true;
    },
    async heldEnded(destinationIds) {
      const held = [...loads].filter(({ destinationId, gate }) => gate.isShut() && destinationIds.includes(destinationId));
      const ended = held.map(async ({ ended: end, wasCommitting }) => {
        // One that only has to roll back changes nothing any more, however long the statement it waits for.
        const inTime = await isWithin(holdMs, end);
        if (!wasCommitting) return;
        if (!inTime) throw new TransientError('A load is still committing.');
        // Its COMMIT was sent, and the ledger could not be asked what became of it: the server may still be at it.
        const failure = await end;
        if (failure instanceof TransientError && !(failure instanceof DestinationHeldError))
          throw new TransientError('Whether a load has committed is not known.');
      });
      await Promise.all(ended);
    },
    checkDestination: (destination) => call('check', { destination }),
    query: (destination, sql, limits = {}) => call('query', { destination, sql, limits }),
    copy: (destination, file) => call('copy', { destination, file }),
    listRejects: (destination, query, records) => call('listRejects', { destination, query, records }),
    markRejects: (destination, change) => call('markRejects', { destination, change }),
    async retain(id, destination) {
      if (thread === undefined) return;
      // A thread that ends meanwhile has closed everything.
      await call('retain', { id, destination }).catch(() => undefined);
    },
    async stopQueries() {
      if (thread !== undefined) await call('stopQueries', undefined);
    },
    async close() {
      closed = true;
      const last = thread;
      if (last === undefined) return;
      last.heartbeat.stop();
      try {
        if (!(await isWithin(closeMs, call('close', undefined))))
          log?.error({ closeMs }, 'the loader thread is ended before it has finished');
      } catch (error) {
        log?.error({ err: error }, 'the destinations could not be closed');
      }
      if (!(await end(last, new TransientError('The loader is closed.')))) log?.error({ endMs }, 'the loader thread does not end');
    },
  };
}

/** What a call fails with; undefined when it succeeds. */
function findFailure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Whether a promise is settled in time. */
async function isWithin(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), limitMs);
  try {
    return await Promise.race([work.then(() => true as const), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Batches may share a buffer, which can be transferred only once. */
function transferable(window: LoadWindow): ArrayBuffer[] {
  return [...new Set(window.batches.map(({ payload }) => payload.buffer))];
}
