import { DestinationUnusableError, LedgerMismatchError, TableStoppedError } from '../sinks/errors.ts';
import type { FailureKind } from './load-reports.ts';

/** Which kind of failure an error is; an unknown one may pass by itself (docs/architecture.md, kinds of failure). */
export function findFailureKind(error: unknown): FailureKind {
  if (error instanceof TableStoppedError) return 'table_stopped';
  if (error instanceof DestinationUnusableError) return 'destination_unusable';
  if (error instanceof LedgerMismatchError) return 'ledger_mismatch';
  return 'transient';
}
