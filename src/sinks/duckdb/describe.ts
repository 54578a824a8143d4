import type { DuckDBConnection } from '@duckdb/node-api';
import type { SchemaDescription, TableDescription } from '../sink.ts';
import { listCatalogue } from './catalogue.ts';
import { systemSchema } from './place.ts';
import { selectText } from './sql.ts';
import { listSystemTables } from './system-tables.ts';
import { findLogicalType } from './types.ts';
import { listVersions } from './versions.ts';

type Columns = TableDescription['columns'][number][];

/** The tables of a schema with their columns in order, and the catalogue, which may name tables that are gone. */
export async function describeSchema(connection: DuckDBConnection, schema: string): Promise<SchemaDescription> {
  const schemas = await selectText(
    connection,
    'SELECT schema_name FROM duckdb_schemas() WHERE database_name = current_database() AND lower(schema_name) = lower($1)',
    [schema],
  );
  const own = await listSystemTables(connection);
  return {
    exists: schemas.length > 0,
    tables: await listTables(connection, schema),
    catalogue: own.has('catalogue') ? await listCatalogue(connection, schema) : [],
    versions:
      own.has('version') && own.has('waiting_table')
        ? await listVersions(connection, schema, await listTables(connection, systemSchema))
        : [],
  };
}

/** The tables of a schema (no views), each with its columns in destination order. */
export async function listTables(connection: DuckDBConnection, schema: string): Promise<TableDescription[]> {
  const rows = await selectText(
    connection,
    `SELECT c.table_name, c.column_name, c.data_type, c.is_nullable::VARCHAR FROM duckdb_columns() c JOIN duckdb_tables() t USING (table_oid, schema_oid, database_oid)
     WHERE c.database_name = current_database() AND lower(c.schema_name) = lower($1) ORDER BY c.table_name, c.column_index`,
    [schema],
  );
  const tables = new Map<string, Columns>();
  for (const [table, name, dataType, nullable] of rows) {
    const columns = tables.get(table ?? '') ?? [];
    columns.push({ name: name ?? '', type: findLogicalType(dataType ?? ''), notNull: nullable === 'false' });
    tables.set(table ?? '', columns);
  }
  return [...tables].map(([table, columns]) => ({ table, columns }));
}
