import { Worker } from 'node:worker_threads';
import { siblingModule } from '../lib/sibling-module.ts';
import { youngHeapMb } from '../lib/thread-heap.ts';
import type { Decoded, DecodeRequest } from './decoded.ts';

/** A decoding thread ended, or took too long, with this body: a fault of ours. */
export class DecodeFailedError extends Error {
  override readonly name = 'DecodeFailedError';
}

export interface DecodePool {
  /** Reads a body in a thread; the body's memory is transferred. Rejects with `DecodeFailedError`. */
  decode(request: DecodeRequest): Promise<Decoded>;
  /** Lets the bodies in hand finish, then ends the threads. */
  close(): Promise<void>;
}

/** What a thread posts when it has started, and for each request. */
export type DecodeReply = 'ready' | { readonly decoded: Decoded } | { readonly failure: string };

interface Job {
  readonly request: DecodeRequest;
  readonly large: boolean;
  readonly resolve: (decoded: Decoded) => void;
  readonly reject: (error: Error) => void;
}

/** Decoding a body beyond this takes about four times its size in memory beside it, so one is decoded at a time. */
const largeBodyBytes = 2 ** 20;

interface Thread {
  readonly worker: Worker;
  ready: boolean;
  job: Job | undefined;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Threads that decode one body each at a time, started when first needed and replaced when they die. `jobTimeoutMs` bounds one body.
 * Smaller bodies and large ones take turns, each kind in order of arrival, so that nobody waits behind many large ones.
 */
export function createDecodePool({ threads, jobTimeoutMs }: { readonly threads: number; readonly jobTimeoutMs: number }): DecodePool {
  const alive = new Set<Thread>();
  const small: Job[] = [];
  const large: Job[] = [];
  let smallIsNext = false;
  let closing: (() => void) | undefined;

  function dispatch(): void {
    for (;;) {
      const queue = nextQueue();
      const thread = queue && ([...alive].find(({ job }) => !job) ?? (alive.size < threads ? start() : undefined));
      const job = thread && queue.shift();
      if (!job) break;
      smallIsNext = queue === large;
      run(thread, job);
    }
    if (small.length + large.length === 0 && [...alive].every(({ job }) => !job)) closing?.();
  }

  function nextQueue(): Job[] | undefined {
    const mayBeLarge = large.length > 0 && ![...alive].some(({ job }) => job?.large);
    if (mayBeLarge && !(smallIsNext && small.length > 0)) return large;
    return small.length > 0 ? small : undefined;
  }

  function run(thread: Thread, job: Job): void {
    thread.job = job;
    thread.worker.ref();
    if (thread.ready) send(thread, job);
  }

  function send(thread: Thread, job: Job): void {
    // Ending the thread is the only way to stop it; `exit` then rejects the job.
    thread.timer = setTimeout(() => void thread.worker.terminate(), jobTimeoutMs);
    thread.worker.postMessage(job.request, [job.request.body.buffer]);
  }

  function start(): Thread {
    const thread: Thread = {
      worker: new Worker(siblingModule('decode-thread', import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: youngHeapMb } }),
      ready: false,
      job: undefined,
      timer: undefined,
    };
    alive.add(thread);
    thread.worker.on('message', (reply: DecodeReply) => {
      if (reply === 'ready') {
        thread.ready = true;
        if (thread.job) send(thread, thread.job);
        return;
      }
      const job = finish(thread);
      if ('decoded' in reply) job?.resolve(reply.decoded);
      else job?.reject(new DecodeFailedError(reply.failure));
      thread.worker.unref();
      dispatch();
    });
    let cause: unknown;
    thread.worker.on('error', (error) => (cause = error));
    thread.worker.on('exit', (code) => {
      alive.delete(thread);
      finish(thread)?.reject(new DecodeFailedError(`The decoding thread ended with code ${code}.`, { cause }));
      dispatch();
    });
    return thread;
  }

  function finish(thread: Thread): Job | undefined {
    clearTimeout(thread.timer);
    const { job } = thread;
    thread.job = undefined;
    return job;
  }

  return {
    decode(request) {
      if (closing) return Promise.reject(new DecodeFailedError('The intake is closing.'));
      const { promise, resolve, reject } = Promise.withResolvers<Decoded>();
      // Memory that the body shares with others cannot be transferred.
      const body = request.body.byteLength === request.body.buffer.byteLength ? request.body : new Uint8Array(request.body);
      const isLarge = body.byteLength > largeBodyBytes;
      (isLarge ? large : small).push({ request: { ...request, body }, large: isLarge, resolve, reject });
      dispatch();
      return promise;
    },
    async close() {
      const idle = Promise.withResolvers<void>();
      closing ??= idle.resolve;
      dispatch();
      await idle.promise;
      await Promise.all(Array.from(alive, ({ worker }) => worker.terminate()));
    },
  };
}
