/** What a destination's own error tells; drivers of SQL servers give its SQLSTATE beside a severity. */
class DestinationError extends Error {
  /** Five characters, where the cause has one. */
  readonly sqlState: string | undefined;
  constructor(message: string, options?: ErrorOptions & { sqlState?: string | undefined }) {
    super(message, options);
    this.sqlState = options?.sqlState ?? findSqlState(options?.cause);
  }
}

/** Back off and claim again: the destination may answer later. */
export class TransientError extends DestinationError {
  override readonly name: string = 'TransientError';
}

/** The destination needs more memory than it may take: fewer batches at once may pass, waiting does not help. */
export class OutOfMemoryError extends TransientError {
  override readonly name = 'OutOfMemoryError';
}

/** The destination cannot be reached, fell silent or went away: every load into it backs off, not only this one. */
export class ConnectionLostError extends TransientError {
  override readonly name = 'ConnectionLostError';
}

/** The destination's partner may not act any more: nothing is loaded into it, and nobody tries before it is released. */
export class DestinationHeldError extends TransientError {
  override readonly name = 'DestinationHeldError';
  constructor(message = 'The destination is held; the load was rolled back.', options?: ErrorOptions & { sqlState?: string | undefined }) {
    super(message, options);
  }
}

/** Hold every load into this destination, tell the owner, keep everything. */
export class DestinationUnusableError extends DestinationError {
  override readonly name = 'DestinationUnusableError';
}

/** One table cannot load until somebody repairs it (key mismatch, dropped system column); its data stays in the buffer. */
export class TableStoppedError extends DestinationError {
  override readonly name = 'TableStoppedError';
}

/** The ledger moved under us or is ahead of the buffer; the source stops and nothing is skipped (ADR 5). */
export class LedgerMismatchError extends DestinationError {
  override readonly name = 'LedgerMismatchError';
}

/** A query that is not exactly one reading statement, or that reaches outside the warehouse. */
export class QueryRefusedError extends Error {
  override readonly name = 'QueryRefusedError';
}

/** A query ran into its limit of time or of answer bytes, or was cut short because the server stops. */
export class QueryLimitError extends Error {
  override readonly name = 'QueryLimitError';
  readonly limit: 'time' | 'bytes' | 'stopping';
  constructor(limit: 'time' | 'bytes' | 'stopping', message: string) {
    super(message);
    this.limit = limit;
  }
}

/** The statement itself is wrong (unknown table, syntax, division of text); the message is the engine's. */
export class QueryFailedError extends Error {
  override readonly name = 'QueryFailedError';
}

/** A copy of the warehouse could not be written; the file named by the caller is as it was. */
export class CopyFailedError extends Error {
  override readonly name = 'CopyFailedError';
}

/** System errors have codes of five letters too (`EPIPE`), but no severity. */
function findSqlState(cause: unknown): string | undefined {
  const { code, severity } = (cause ?? {}) as { code?: unknown; severity?: unknown };
  return typeof severity === 'string' && typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
