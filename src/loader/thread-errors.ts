import {
  ConnectionLostError,
  CopyFailedError,
  DestinationHeldError,
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
  ConnectionLostError,
  CopyFailedError,
  DestinationHeldError,
  DestinationUnusableError,
  LedgerMismatchError,
  OutOfMemoryError,
  QueryFailedError,
  QueryRefusedError,
  TableStoppedError,
];

/** A destination words its errors itself, as long as it likes; they are stored, logged and shown. */
const maxMessageLength = 2000;

/** The error as a message; its text is cut to 2,000 characters. */
export function writeError(error: unknown): ErrorMessage {
  if (!(error instanceof Error)) return { name: 'Error', message: cut(String(error)) };
  const message = cut(error.message);
  if (error instanceof QueryLimitError) return { name: error.name, message, limit: error.limit };
  const { sqlState } = error as Error & { sqlState?: string };
  return { name: error.name, message, ...(sqlState === undefined ? {} : { sqlState }) };
}

function cut(text: string): string {
  return text.length <= maxMessageLength ? text : `${text.slice(0, maxMessageLength - 1).toWellFormed()}…`;
}

/** The error as its class again; one of no known kind counts as transient (docs/architecture.md, kinds of failure). */
export function readError(written: ErrorMessage): Error {
  if (written.limit !== undefined) return new QueryLimitError(written.limit, written.message);
  const kind = kinds.find(({ name }) => name === written.name);
  const options = { sqlState: written.sqlState };
  if (kind !== undefined) return new kind(written.message, options);
  return new TransientError(written.name === 'TransientError' ? written.message : `${written.name}: ${written.message}`, options);
}
