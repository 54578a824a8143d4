import { BIGINT, VARCHAR } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';

/** Values travel as parameters only: text as VARCHAR, bigint as BIGINT. */
export type Parameter = string | bigint;

/** Runs one statement and returns the number of rows it changed. */
export async function run(connection: DuckDBConnection, sql: string, parameters: readonly Parameter[] = []): Promise<number> {
  if (parameters.length === 0) return (await connection.run(sql)).rowsChanged;
  return (await connection.run(sql, [...parameters], parameters.map(typeOf))).rowsChanged;
}

/** Runs one SELECT whose columns are all VARCHAR. */
export async function selectText(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly Parameter[] = [],
): Promise<(string | null)[][]> {
  const reader = await connection.runAndReadAll(sql, [...parameters], parameters.map(typeOf));
  return reader.getRows() as (string | null)[][];
}

function typeOf(parameter: Parameter): typeof BIGINT | typeof VARCHAR {
  return typeof parameter === 'bigint' ? BIGINT : VARCHAR;
}
