/** The store could not commit (disk full, I/O error, locked, read-only). The transaction was rolled back; a later one may succeed. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** The store was written by a newer Thimble, or by something else. Nothing was changed. */
export class StoreSchemaError extends Error {
  override readonly name = 'StoreSchemaError';
}

/** The connection was cut in the commit and the outcome could not be found out: the change may be stored, or not. The process should end. */
export class StoreOutcomeUnknownError extends Error {
  override readonly name = 'StoreOutcomeUnknownError';
}
