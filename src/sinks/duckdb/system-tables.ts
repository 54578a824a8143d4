import type { DuckDBConnection } from '@duckdb/node-api';
import { createCatalogue } from './catalogue.ts';
import type { KnownTables } from './known-tables.ts';
import { createLedger } from './ledger.ts';
import { systemSchema } from './place.ts';
import { run } from './sql.ts';

export const systemTables = ['ledger', 'catalogue'];

/** Creates schema `_thimble` with ledger and catalogue unless they are there. */
export async function createSystemTables(connection: DuckDBConnection): Promise<void> {
  await run(connection, 'CREATE SCHEMA IF NOT EXISTS _thimble');
  await run(connection, createLedger);
  await run(connection, createCatalogue);
}

/** Whether ledger and catalogue are there; a new file has none, and a user may have dropped them. */
export async function hasSystemTables(connection: DuckDBConnection, known: KnownTables): Promise<boolean> {
  const tables = (await known.names(connection)).get(systemSchema);
  return systemTables.every((table) => tables?.has(table));
}

/** Whether the tables of versions are there, which the first version makes. */
export async function hasVersionTables(connection: DuckDBConnection, known: KnownTables): Promise<boolean> {
  const tables = (await known.names(connection)).get(systemSchema);
  return tables?.has('version') === true && tables.has('waiting_table');
}
