import type { IncomingMessage } from 'node:http';
import { BodyAbortedError, BodyTimeoutError } from './body-errors.ts';

export interface UploadPace {
  /** Longest silence of the client. */
  readonly idleMs: number;
  /** Longest upload in all, waiting for the budget not counted. */
  readonly totalMs: number;
}

export interface UploadWatch {
  /** The client sent something. */
  readonly touch: () => void;
  /** We made the client wait: its clock stands still until `resume`. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
}

/** Calls `fail` with `BodyAbortedError` or `BodyTimeoutError` when an upload breaks off or becomes too slow; it may be called again. */
export function watchUpload(raw: IncomingMessage, pace: UploadPace, fail: (error: Error) => void): UploadWatch {
  const silenceMs = Math.min(pace.idleMs, pace.totalMs);
  let deadline = performance.now() + pace.totalMs;
  let pausedAt = 0;
  let timer: NodeJS.Timeout | undefined = setTimeout(timedOut, silenceMs);

  function timedOut(): void {
    fail(new BodyTimeoutError('The body was sent too slowly.'));
  }
  function clear(): void {
    clearTimeout(timer);
    timer = undefined;
  }
  function aborted(): void {
    if (!raw.complete) fail(new BodyAbortedError('The connection was closed before the end of the body.'));
  }
  // These listeners stay for good: an error event without a listener would end the process.
  raw.on('error', aborted);
  raw.on('close', aborted);
  return {
    touch: () => {
      // A cleared timer must not be refreshed: that would start it again.
      if (timer === undefined) return;
      if (performance.now() > deadline) timedOut();
      else timer.refresh();
    },
    pause: () => {
      clear();
      pausedAt = performance.now();
    },
    resume: () => {
      deadline += performance.now() - pausedAt;
      timer = setTimeout(timedOut, silenceMs);
    },
    stop: clear,
  };
}
