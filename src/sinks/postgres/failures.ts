import { DatabaseError } from 'pg';
import { ConnectionLostError, DestinationUnusableError, LedgerMismatchError, TableStoppedError, TransientError } from '../errors.ts';

const ours = [TransientError, DestinationUnusableError, TableStoppedError, LedgerMismatchError];

/** Whether a COMMIT that failed so may have committed nevertheless: the connection or the server went away before it answered. */
export function isLost(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return !(cause instanceof DatabaseError) || /^(08|57|58|XX|40003)/.test(cause.code ?? '');
}

/** Whether a failure left the connection in step: the server answered, or it was our own code that gave up. */
export function isInStep(error: unknown): boolean {
  return error instanceof DatabaseError || ours.some((kind) => error instanceof kind);
}

/**
 * Turns what PostgreSQL or the network reports into the kinds of failure of `sinks/errors.ts`, by SQLSTATE; the server's own words stay.
 * `connected`: the connection is as good as before, so what no server said is not the network's doing.
 */
export function toSinkError(error: unknown, { connected = false }: { connected?: boolean } = {}): Error {
  if (ours.some((kind) => error instanceof kind)) return error as Error;
  const options = { cause: error };
  if (!(error instanceof DatabaseError)) return fromConnection(error, connected);
  const message = withDetail(error);
  switch (kindOf(error)) {
    case 'unusable':
      return new DestinationUnusableError(message, options);
    case 'table':
      return new TableStoppedError(message, options);
    case 'lost':
      return new ConnectionLostError(message, options);
    case 'transient':
      return new TransientError(message, options);
  }
}

type Kind = 'transient' | 'lost' | 'unusable' | 'table';

/** SQLSTATEs, or their first two or three characters (PostgreSQL, appendix A). */
const kinds: Readonly<Record<string, Kind>> = {
  // Passwords, roles, pg_hba.conf; databases that are not there; a server that only reads.
  '28': 'unusable',
  '3D000': 'unusable',
  '25006': 'unusable',
  // Values, constraints, dependent objects, limits of a table, names, types.
  '0A': 'table',
  '21': 'table',
  '22': 'table',
  '23': 'table',
  '2B': 'table',
  '2F': 'table',
  '38': 'table',
  '39': 'table',
  '3F': 'table',
  '42': 'table',
  '44': 'table',
  '54': 'table',
  '55': 'table',
  P0: 'table',
  // The connection, the server's end or start, its limit of connections.
  '08': 'lost',
  '57P': 'lost',
  '53300': 'lost',
  // Somebody else's lock or use.
  '55006': 'transient',
  '55P03': 'transient',
};

function kindOf({ code = '', message }: DatabaseError): Kind {
  // The message alone tells what the permission is missing on; in another language than English a table stops.
  if (code === '42501') return / for (schema|database) /.test(message) ? 'unusable' : 'table';
  return kinds[code] ?? kinds[code.slice(0, 3)] ?? kinds[code.slice(0, 2)] ?? 'transient';
}

function withDetail({ message, detail, code }: DatabaseError): string {
  // Details of constraints quote the row; those of other failures say what is in the way.
  return detail === undefined || code?.startsWith('22') || code?.startsWith('23')
    ? message
    : `${message} (${detail.split('\n').join('; ')})`;
}

/** Failures before the server spoke: the network's pass, those of TLS do not. */
function fromConnection(error: unknown, connected: boolean): Error {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const options = { cause: error };
  if (/^(ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code) || /does not support SSL/.test(message))
    return new DestinationUnusableError(message, options);
  return connected ? new TransientError(message, options) : new ConnectionLostError(message, options);
}
