import { describe, expect, it } from 'vitest';
import { DestinationUnusableError, OutOfMemoryError, TableStoppedError, TransientError } from '../errors.ts';
import { isFatal, toSinkError } from './failures.ts';

describe('what DuckDB reports', () => {
  it.each([
    [
      'IO Error: Could not set lock on file "/w/x.duckdb": Conflicting lock is held in /usr/bin/node (PID 42) by user x. See also',
      TransientError,
      'opened by process 42.',
    ],
    ['IO Error: Could not set lock on file "/w/x.duckdb": Resource temporarily unavailable', TransientError, 'opened by another process.'],
    ['IO Error: Could not write file "/w/x.duckdb.wal": No space left on device', TransientError, 'disk of the warehouse is full'],
    [
      'FATAL Error: Failed to create checkpoint because of error: Could not write file "/w": No space left on device',
      TransientError,
      'full',
    ],
    ['IO Error: The file "/w/x" exists, but it is not a valid DuckDB database file!', DestinationUnusableError, 'not a DuckDB database'],
    [
      'IO Error: Trying to read a database file with version number 99, but we can only read versions between 64 and 68.',
      DestinationUnusableError,
      'can read',
    ],
    ['IO Error: Cannot open file "/w/x": Permission denied', DestinationUnusableError, 'cannot be written'],
    ['Binder Error: Table "t" does not have a column with name "x"', TableStoppedError, 'does not have a column'],
    ['Constraint Error: NOT NULL constraint failed: t.x', TableStoppedError, 'NOT NULL'],
    ['Out of Memory Error: failed to allocate data of size 32 MiB', OutOfMemoryError, 'allocate'],
    [
      'TransactionContext Error: Failed to commit: could not allocate block of size 256.0 KiB (182.9 MiB/183.1 MiB used)',
      OutOfMemoryError,
      'commit',
    ],
    ['FATAL Error: Failed to create checkpoint because of error: failed to pin block of size 256.0 KiB', OutOfMemoryError, 'checkpoint'],
    ['TransactionContext Error: Catalog write-write conflict on alter with "t"', TransientError, 'conflict'],
    ['IO Error: Could not read from file "/w/x": Input/output error', TransientError, 'Input/output error'],
  ])('%s', (message, kind, words) => {
    const failure = toSinkError(new Error(message));
    expect(failure).toBeInstanceOf(kind);
    expect(failure.message).toContain(words);
    expect(failure.message).not.toContain('/w');
  });

  it('is fatal when the instance cannot go on', () => {
    expect(isFatal(new Error('FATAL Error: x'))).toBe(true);
    expect(isFatal(new Error('INTERNAL Error: x'))).toBe(true);
    expect(isFatal(new Error('IO Error: x'))).toBe(false);
  });

  it('passes our own failures on as they are', () => {
    const own = new TableStoppedError('x');
    expect(toSinkError(own)).toBe(own);
  });
});
