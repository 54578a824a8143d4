import { Worker } from 'node:worker_threads';
import { siblingModule } from '../lib/sibling-module.ts';
import { youngHeapMb } from '../lib/thread-heap.ts';
import { TransientError } from '../sinks/errors.ts';
import type { QueryAnswer, QueryLimits } from '../sinks/duckdb/query.ts';
import type { RejectChange, RejectQuery } from '../sinks/sink.ts';
import type { LoadOutcome, LoadWindow } from './load-window.ts';
import { readError } from './thread-errors.ts';
import type { CallKind, ListedReject, LoadDestination, ThreadCalls, ThreadReply, ThreadSettings } from './thread-messages.ts';

/** The main thread's side of the loader thread. */
export interface LoadHost {
  /** Loads a window; its payloads are transferred away. Throws the errors of `sinks/errors.ts`. */
  loadWindow(destination: LoadDestination, window: LoadWindow): Promise<LoadOutcome>;
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
  /** Ends queries under way and refuses new ones: a stop does not wait for them. */
  stopQueries(): Promise<void>;
  /** Finishes what was asked, closes the destinations, ends the thread. */
  close(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, PromiseWithResolvers<ThreadReply>>;
}

/** Heap of the thread; beyond it the thread alone ends. Columns and payloads lie outside the heap. */
const maxHeapMb = 1024;

/** Starts the loader thread at the first call and again after it died; whatever was under way then fails with `TransientError`. */
export function createLoadHost(settings: ThreadSettings = {}, module = siblingModule('loader-thread', import.meta.url)): LoadHost {
  let thread: Thread | undefined;
  let calls = 0;
  let closed = false;

  function start(): Thread {
    const worker = new Worker(module, {
      name: 'loader',
      workerData: settings,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: youngHeapMb },
    });
    const waiting: Thread['waiting'] = new Map();
    const started = { worker, waiting };
    let cause = 'The loader thread ended.';
    worker.on('message', (reply: ThreadReply) => {
      waiting.get(reply.id)?.resolve(reply);
      waiting.delete(reply.id);
    });
    worker.on('error', (error: unknown) => (cause = `The loader thread failed: ${error instanceof Error ? error.message : String(error)}`));
    worker.on('exit', () => {
      if (thread === started) thread = undefined;
      for (const { reject } of waiting.values()) reject(new TransientError(cause));
    });
    return started;
  }

  async function call<Kind extends CallKind>(
    kind: Kind,
    input: ThreadCalls[Kind]['input'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<ThreadCalls[Kind]['output']> {
    if (closed && kind !== 'close') throw new TransientError('The loader is closed.');
    const { worker, waiting } = (thread ??= start());
    const id = (calls += 1);
    const reply = Promise.withResolvers<ThreadReply>();
    waiting.set(id, reply);
    worker.postMessage({ id, kind, input }, transfer);
    const answer = await reply.promise;
    if (!answer.ok) throw readError(answer.error);
    return answer.output;
  }

  return {
    loadWindow: (destination, window) => call('load', { destination, window }, transferable(window)),
    checkDestination: (destination) => call('check', { destination }),
    query: (destination, sql, limits = {}) => call('query', { destination, sql, limits }),
    copy: (destination, file) => call('copy', { destination, file }),
    listRejects: (destination, query, records) => call('listRejects', { destination, query, records }),
    markRejects: (destination, change) => call('markRejects', { destination, change }),
    async stopQueries() {
      if (thread !== undefined) await call('stopQueries', undefined);
    },
    async close() {
      closed = true;
      const last = thread;
      if (last === undefined) return;
      try {
        await call('close', undefined);
      } finally {
        await last.worker.terminate();
      }
    },
  };
}

/** Batches may share a buffer, which can be transferred only once. */
function transferable(window: LoadWindow): ArrayBuffer[] {
  return [...new Set(window.batches.map(({ payload }) => payload.buffer))];
}
