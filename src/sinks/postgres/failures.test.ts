import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { ConnectionLostError, DestinationUnusableError, TableStoppedError, TransientError } from '../errors.ts';
import { isLost, toSinkError } from './failures.ts';

function reported(code: string, message = 'words of the server', detail?: string): DatabaseError {
  return Object.assign(new DatabaseError(message, 0, 'error'), { code, severity: 'ERROR', detail });
}

describe('what PostgreSQL reports', () => {
  it.each([
    ['28P01', 'password authentication failed', DestinationUnusableError],
    ['28000', 'no pg_hba.conf entry', DestinationUnusableError],
    ['3D000', 'database "x" does not exist', DestinationUnusableError],
    ['25006', 'cannot execute INSERT in a read-only transaction', DestinationUnusableError],
    ['42501', 'permission denied for schema shop', DestinationUnusableError],
    ['42501', 'permission denied for database shop', DestinationUnusableError],
    ['42501', 'permission denied for table items', TableStoppedError],
    ['42501', 'must be owner of table items', TableStoppedError],
    ['23505', 'duplicate key value violates unique constraint', TableStoppedError],
    ['23502', 'null value in column', TableStoppedError],
    ['22003', 'value out of range', TableStoppedError],
    ['2BP01', 'cannot drop table items because other objects depend on it', TableStoppedError],
    ['42P01', 'relation "items" does not exist', TableStoppedError],
    ['54011', 'tables can have at most 1600 columns', TableStoppedError],
    ['54000', 'row is too big', TableStoppedError],
    ['P0001', 'raised by a trigger', TableStoppedError],
    ['0A000', 'cannot alter type of a column used by a view', TableStoppedError],
    ['53100', 'could not extend file: No space left on device', TransientError],
    ['53300', 'too many connections', ConnectionLostError],
    ['57P01', 'terminating connection due to administrator command', ConnectionLostError],
    ['57P03', 'the database system is starting up', ConnectionLostError],
    ['57014', 'canceling statement due to statement timeout', TransientError],
    ['40001', 'could not serialize access', TransientError],
    ['40P01', 'deadlock detected', TransientError],
    ['55P03', 'canceling statement due to lock timeout', TransientError],
    ['55006', 'relation is being used', TransientError],
    ['XX000', 'something nobody expects', TransientError],
  ])('%s, %s', (code, message, kind) => {
    const failure = toSinkError(reported(code, message));
    expect(failure).toBeInstanceOf(kind);
    expect(failure.message).toBe(message);
    expect(failure.cause).toBeInstanceOf(DatabaseError);
  });

  it('is told with its detail, unless that quotes a row', () => {
    expect(toSinkError(reported('2BP01', 'cannot drop', 'view a depends on t\nview b depends on t')).message).toBe(
      'cannot drop (view a depends on t; view b depends on t)',
    );
    expect(toSinkError(reported('23505', 'duplicate key', 'Key (id)=(5) already exists.')).message).toBe('duplicate key');
  });

  it('leaves a COMMIT in doubt only when the server or the way to it went away', () => {
    for (const code of ['57P01', '57P02', '08006', 'XX000', '40003']) expect(isLost(toSinkError(reported(code)))).toBe(true);
    for (const code of ['23505', '40001', '53100', '55P03']) expect(isLost(toSinkError(reported(code)))).toBe(false);
    expect(isLost(toSinkError(new Error('Connection terminated unexpectedly')))).toBe(true);
  });

  it('passes our own failures on as they are', () => {
    const own = new TableStoppedError('x');
    expect(toSinkError(own)).toBe(own);
  });
});
