import { StoreUnavailableError } from './errors.ts';

/** Primary result codes (sqlite.org/rescode.html) that say "not now" rather than "never". */
const unavailable: ReadonlyMap<number, string> = new Map([
  [5, 'busy'],
  [6, 'locked'],
  [7, 'out of memory'],
  [8, 'read-only'],
  [10, 'I/O error'],
  [13, 'disk full'],
  [14, 'cannot open'],
]);

const extendedCodes = { constraintPrimaryKey: 1555, constraintUnique: 2067 };

/** Turns an error of node:sqlite into a StoreUnavailableError when the statement may succeed later; other errors are returned unchanged. */
export function storeError(error: unknown): unknown {
  const code = resultCode(error);
  const reason = code === undefined ? undefined : unavailable.get(code & 0xff);
  return reason === undefined ? error : new StoreUnavailableError(`The control store cannot be used now: ${reason}.`, { cause: error });
}

/** Columns (`table.column`) of the unique index or primary key that a statement violated; undefined for any other error. */
export function findSqliteUniqueViolation(error: unknown): readonly string[] | undefined {
  const code = resultCode(error);
  if (code !== extendedCodes.constraintUnique && code !== extendedCodes.constraintPrimaryKey) return undefined;
  const message = error instanceof Error ? error.message : '';
  const list = /^UNIQUE constraint failed: (?<columns>.+)$/.exec(message)?.groups?.columns;
  return list === undefined ? [] : list.split(', ');
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode;
}

/** True when another connection holds the lock this one asked for. */
export function isBusy(error: unknown): boolean {
  return ((resultCode(error) ?? 0) & 0xff) === 5;
}
