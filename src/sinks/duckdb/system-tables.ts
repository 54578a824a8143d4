import type { DuckDBConnection } from '@duckdb/node-api';
import { createCatalogue } from './catalogue.ts';
import type { KnownTables } from './known-tables.ts';
import { createLedger } from './ledger.ts';
import { systemSchema } from './place.ts';
import { run } from './sql.ts';
import { createStoredRejects } from './stored-rejects.ts';
import { createTombstones } from './tombstones.ts';

/** What a load is planned with. */
const ledgerTables = ['ledger', 'catalogue'];

/** Every table that any load may write. */
export const systemTables = [...ledgerTables, 'reject', 'tombstone'];

/** Creates schema `_thimble` with ledger, catalogue, rejects and tombstones unless they are there. */
export async function createSystemTables(connection: DuckDBConnection): Promise<void> {
  await run(connection, 'CREATE SCHEMA IF NOT EXISTS _thimble');
  await run(connection, createLedger);
  await run(connection, createCatalogue);
  await run(connection, createStoredRejects);
  await run(connection, createTombstones);
}

/** Whether every table is there that a load may write; those of an earlier release lack some, and a user may have dropped some. */
export function hasSystemTables(connection: DuckDBConnection, known: KnownTables): Promise<boolean> {
  return hasTables(connection, known, systemTables);
}

/** Whether ledger and catalogue are there; a new file has none. */
export function hasLedgerTables(connection: DuckDBConnection, known: KnownTables): Promise<boolean> {
  return hasTables(connection, known, ledgerTables);
}

/** Whether the tables of versions are there, which the first version makes. */
export function hasVersionTables(connection: DuckDBConnection, known: KnownTables): Promise<boolean> {
  return hasTables(connection, known, ['version', 'waiting_table']);
}

async function hasTables(connection: DuckDBConnection, known: KnownTables, tables: readonly string[]): Promise<boolean> {
  const present = (await known.names(connection)).get(systemSchema);
  return tables.every((table) => present?.has(table));
}
