import type { DuckDBConnection } from '@duckdb/node-api';
import { createCatalogue } from './catalogue.ts';
import { createLedger } from './ledger.ts';
import { run, selectText } from './sql.ts';
import { createStoredRejects } from './stored-rejects.ts';
import { createTombstones } from './tombstones.ts';

/** Creates schema `_thimble` with ledger, catalogue, rejects and tombstones unless they are there. */
export async function createSystemTables(connection: DuckDBConnection): Promise<void> {
  await run(connection, 'CREATE SCHEMA IF NOT EXISTS _thimble');
  await run(connection, createLedger);
  await run(connection, createCatalogue);
  await run(connection, createStoredRejects);
  await run(connection, createTombstones);
}

/** Whether ledger and catalogue are there; a new file has none, and a user may have dropped them. */
export async function hasSystemTables(connection: DuckDBConnection): Promise<boolean> {
  const rows = await selectText(
    connection,
    `SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = '_thimble' AND table_name IN ('ledger', 'catalogue')`,
  );
  return rows.length === 2;
}
