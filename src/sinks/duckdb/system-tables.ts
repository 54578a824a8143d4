import type { DuckDBConnection } from '@duckdb/node-api';
import { createCatalogue } from './catalogue.ts';
import { createLedger } from './ledger.ts';
import { run, selectText } from './sql.ts';

/** Creates schema `_thimble` with ledger and catalogue unless they are there. */
export async function createSystemTables(connection: DuckDBConnection): Promise<void> {
  await run(connection, 'CREATE SCHEMA IF NOT EXISTS _thimble');
  await run(connection, createLedger);
  await run(connection, createCatalogue);
}

/** Which of our tables are there; a new file has none, and a user may have dropped them. */
export async function listSystemTables(connection: DuckDBConnection): Promise<Set<string>> {
  const rows = await selectText(
    connection,
    `SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = '_thimble'
     AND table_name IN ('ledger', 'catalogue', 'version', 'waiting_table')`,
  );
  return new Set(rows.map(([name]) => name ?? ''));
}
