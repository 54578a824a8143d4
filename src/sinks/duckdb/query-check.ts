import type { DuckDBConnection } from '@duckdb/node-api';
import { QueryFailedError, QueryRefusedError } from '../errors.ts';
import { selectText } from './sql.ts';

/**
 * Functions usable in FROM. A list of what is allowed: several others change the whole instance (`enable_logging` writes files,
 * `checkpoint`, `enable_profiling`) although they stand in a SELECT, or run SQL from text that this check would not see.
 */
const allowedInFrom = new Set(
  (
    'range generate_series unnest repeat repeat_row json_each json_tree summary histogram histogram_values ' +
    'duckdb_columns duckdb_constraints duckdb_functions duckdb_keywords duckdb_schemas duckdb_tables duckdb_types duckdb_views ' +
    'pragma_show pragma_table_info pragma_version pg_timezone_names icu_calendar_names test_all_types'
  ).split(' '),
);

/** Scalar functions that act instead of computing. */
const refusedScalars = new Set(['write_log', 'sleep_ms', 'nextval', 'json_execute_serialized_sql']);

interface SyntaxTree {
  readonly error: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly statements?: readonly unknown[];
}

/** Throws QueryRefusedError unless DuckDB's own parser sees exactly one SELECT that does nothing but read, QueryFailedError when it cannot parse. */
export async function checkQuery(connection: DuckDBConnection, sql: string): Promise<void> {
  if (sql.includes('\0')) throw new QueryRefusedError('A query cannot hold U+0000.');
  const [row] = await selectText(connection, 'SELECT json_serialize_sql($1::VARCHAR)::VARCHAR', [sql]);
  const tree = JSON.parse(row?.[0] ?? '') as SyntaxTree;
  if (tree.error && tree.error_type === 'parser') throw new QueryFailedError(`Parser Error: ${tree.error_message ?? ''}`);
  if (tree.error) throw new QueryRefusedError('Only a SELECT is allowed.');
  if (tree.statements?.length !== 1)
    throw new QueryRefusedError(tree.statements?.length === 0 ? 'There is no statement.' : 'Only one statement is allowed.');
  visit(tree);
}

function visit(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const {
    type,
    function: called,
    function_name: name,
  } = node as { type?: unknown; function?: { function_name?: unknown }; function_name?: unknown };
  if (type === 'TABLE_FUNCTION' && !allowedInFrom.has(String(called?.function_name).toLowerCase())) {
    throw new QueryRefusedError(`The function ${String(called?.function_name)} is not allowed in a query.`);
  }
  if (typeof name === 'string' && refusedScalars.has(name.toLowerCase()))
    throw new QueryRefusedError(`The function ${name} is not allowed in a query.`);
  for (const child of Object.values(node)) visit(child);
}
