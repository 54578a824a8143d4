import type { LoadOutcome } from './load-window.ts';

export type FailureKind = 'transient' | 'table_stopped' | 'destination_unusable' | 'ledger_mismatch';

/** One load as the owner sees it. */
export interface LoadReport extends LoadOutcome {
  readonly accountId: number;
  readonly sourceId: number;
  readonly destinationId: number;
  /** Root table as the client named it. */
  readonly table: string;
}

export interface LoadFailure {
  readonly accountId: number;
  readonly sourceId: number;
  readonly destinationId: number;
  readonly table: string;
  readonly type: FailureKind;
  /** The destination's own text where there is one. */
  readonly message: string;
  /** SQLSTATE of the destination's error, where it has one. */
  readonly sqlState: string | undefined;
  /** Milliseconds since the epoch. */
  readonly failedAt: number;
}

/** Where the loader tells what happened. Both are repeated after a crash: a report is known by its load id. */
export interface LoadReports {
  recordLoad(report: LoadReport): Promise<void> | void;
  recordFailure(failure: LoadFailure): Promise<void> | void;
}
