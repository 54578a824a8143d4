import { DestinationUnusableError, LedgerMismatchError, OutOfMemoryError, TableStoppedError, TransientError } from '../errors.ts';
import { CopyFailedError, QueryFailedError, QueryLimitError, QueryRefusedError } from '../errors.ts';

const ours = [
  TransientError,
  DestinationUnusableError,
  TableStoppedError,
  LedgerMismatchError,
  QueryRefusedError,
  QueryLimitError,
  QueryFailedError,
  CopyFailedError,
];

/** First line of an error's message; DuckDB appends the statement and advice below it. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? message;
}

/** Whether the instance is unusable until it is opened anew. */
export function isFatal(error: unknown): boolean {
  return /^(FATAL|INTERNAL) Error|database has been invalidated/.test(messageOf(error));
}

/** Turns what DuckDB reports into the kinds of failure of `sinks/errors.ts`; messages carry no server path. */
export function toSinkError(error: unknown): Error {
  if (ours.some((kind) => error instanceof kind)) return error as Error;
  const message = messageOf(error);
  const options = { cause: error };
  if (/Could not set lock on file/.test(message)) {
    const process = /\(PID (\d+)\)/.exec(message)?.[1];
    return new TransientError(
      `The warehouse file is opened by ${process === undefined ? 'another process' : `process ${process}`}.`,
      options,
    );
  }
  if (/No space left on device|ENOSPC|quota exceeded/i.test(message))
    return new TransientError('The disk of the warehouse is full.', options);
  if (/^Out of Memory Error|could not allocate block|failed to (pin block|allocate data) of size/.test(message)) {
    return new OutOfMemoryError(message, options);
  }
  if (/not a valid DuckDB database file|Corrupt database|Corrupted|checksum|with version number/i.test(message)) {
    return new DestinationUnusableError('The warehouse file is not a DuckDB database this version can read.', options);
  }
  if (/Permission denied|EACCES|Read-only file system|EROFS|Is a directory/i.test(message)) {
    return new DestinationUnusableError('The warehouse file cannot be written by the server.', options);
  }
  if (/^(Catalog|Binder|Constraint|Conversion|Out of Range|Dependency) Error/.test(message)) return new TableStoppedError(message, options);
  return new TransientError(message.replaceAll(/"\/[^"]*"/g, 'the warehouse'), options);
}
