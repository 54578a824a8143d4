import { findSqlState, isSessionLost } from '../lib/postgres.ts';
import { StoreUnavailableError } from './errors.ts';

/** SQLSTATE classes and codes that say "not now" rather than "never": resources, locks, an operator's doing, a read-only server. */
const unavailable = /^(53|40|55P03|57014|58)/;
const uniqueViolation = '23505';

/** A statement was refused. The server's own error also holds values of the row, which must not reach a log. */
class StatementError extends Error {
  override readonly name = 'StatementError';
  readonly sqlState: string;
  /** Of a violated unique index: its columns as `table.column`. */
  readonly uniqueColumns: readonly string[] | undefined;
  constructor(message: string, sqlState: string, uniqueColumns: readonly string[] | undefined) {
    super(message);
    this.sqlState = sqlState;
    this.uniqueColumns = uniqueColumns;
  }
}

/** Turns an error of `pg` into a StoreUnavailableError when the statement may succeed later, into a StatementError when it was refused. */
export function postgresStoreError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreUnavailableError || error instanceof RangeError) return error;
  const state = findSqlState(error);
  if (state !== undefined && !isSessionLost(error) && !unavailable.test(state)) {
    return new StatementError(error.message, state, state === uniqueViolation ? readColumns(error) : undefined);
  }
  // Only the message: the error of a lost session carries its client.
  return new StoreUnavailableError(`The control store cannot be used now: ${error.message}${state === undefined ? '' : ` (${state})`}.`);
}

/** As of SQLite: columns (`table.column`) of the violated unique index; undefined for any other error. */
export function findPostgresUniqueViolation(error: unknown): readonly string[] | undefined {
  return error instanceof StatementError ? error.uniqueColumns : undefined;
}

/** `(account_id, slot)=(10, 4)` stands in the detail, whatever the language of the server. */
function readColumns(error: Error & { table?: string; detail?: string }): readonly string[] {
  const columns = /\((?<columns>[a-z0-9_]+(?:, [a-z0-9_]+)*)\)=\(/.exec(error.detail ?? '')?.groups?.columns;
  return columns === undefined ? [] : columns.split(', ').map((column) => `${error.table ?? ''}.${column}`);
}
