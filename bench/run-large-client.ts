import type { LargeBody } from './large-body.ts';
import { runProcess } from './run-client.ts';

export interface LargeTask extends Pick<LargeBody, 'file' | 'encoding'> {
  readonly port: number;
  readonly token: string;
  readonly connections: number;
  /** No body is begun after this; those under way are waited for. */
  readonly measureMs: number;
}

export interface LargeReport {
  readonly accepted: number;
  /** Answered 503 with Retry-After. */
  readonly refused: number;
  readonly elapsedMs: number;
  /** From the first byte of an accepted body to its answer. */
  readonly p50Ms: number;
  readonly maxMs: number;
}

/** Runs the client of large bodies as a process of its own. Rejects when any answer is neither 2xx nor 503 with Retry-After. */
export function runLargeClient(task: LargeTask): Promise<LargeReport> {
  return runProcess('large-client-process.ts', task);
}
