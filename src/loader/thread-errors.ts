import {
  CopyFailedError,
  DestinationUnusableError,
  LedgerMismatchError,
  OutOfMemoryError,
  QueryFailedError,
  QueryLimitError,
  QueryRefusedError,
  TableStoppedError,
  TransientError,
} from '../sinks/errors.ts';

/** An error on its way between threads, where classes do not survive. */
export interface ErrorMessage {
  readonly name: string;
  readonly message: string;
  readonly limit?: QueryLimitError['limit'];
  readonly sqlState?: string;
}

const kinds: readonly (new (message: string, options?: { sqlState?: string | undefined }) => Error)[] = [
  CopyFailedError,
  DestinationUnusableError,
  LedgerMismatchError,
  OutOfMemoryError,
  QueryFailedError,
  QueryRefusedError,
  TableStoppedError,
];

export function writeError(error: unknown): ErrorMessage {
  if (error instanceof QueryLimitError) return { name: error.name, message: error.message, limit: error.limit };
  if (error instanceof Error) {
    const { sqlState } = error as Error & { sqlState?: string };
    return { name: error.name, message: error.message, ...(sqlState === undefined ? {} : { sqlState }) };
  }
  return { name: 'Error', message: String(error) };
}

/** The error as its class again; one of no known kind counts as transient (docs/architecture.md, kinds of failure). */
export function readError(written: ErrorMessage): Error {
  if (written.limit !== undefined) return new QueryLimitError(written.limit, written.message);
  const kind = kinds.find(({ name }) => name === written.name);
  const options = { sqlState: written.sqlState };
  if (kind !== undefined) return new kind(written.message, options);
  return new TransientError(written.name === 'TransientError' ? written.message : `${written.name}: ${written.message}`, options);
}
