import { findPostgresUniqueViolation } from './postgres-errors.ts';
import { findSqliteUniqueViolation } from './sqlite-errors.ts';

/** Columns (`table.column`) of the unique index or primary key that a statement violated, on either engine; undefined for any other error. */
export function findUniqueViolation(error: unknown): readonly string[] | undefined {
  return findSqliteUniqueViolation(error) ?? findPostgresUniqueViolation(error);
}
