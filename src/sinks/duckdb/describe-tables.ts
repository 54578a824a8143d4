import type { DuckDBConnection } from '@duckdb/node-api';
import type { TableDescription } from '../sink.ts';
import { quoteTable } from './names.ts';
import { selectText } from './sql.ts';
import { findLogicalType } from './types.ts';

/** Tables that are there, each with its columns in destination order. */
export async function describeTables(connection: DuckDBConnection, schema: string, tables: readonly string[]): Promise<TableDescription[]> {
  const described: TableDescription[] = [];
  for (const table of tables) {
    const rows = await selectText(connection, `SELECT column_name, column_type, "null" FROM (DESCRIBE ${quoteTable(schema, table)})`);
    const columns = rows.map(([name, type, nullable]) => ({
      name: name ?? '',
      type: findLogicalType(type ?? ''),
      notNull: nullable === 'NO',
    }));
    described.push({ table, columns });
  }
  return described;
}
