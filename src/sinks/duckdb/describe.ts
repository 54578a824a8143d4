import type { DuckDBConnection } from '@duckdb/node-api';
import type { SchemaDescription } from '../sink.ts';
import { listCatalogue } from './catalogue.ts';
import { describeTables } from './describe-tables.ts';
import type { KnownTables } from './known-tables.ts';
import { tablesOfRoot } from './known-tables.ts';
import { describeLost } from '../lost-root.ts';
import { findVisibleVersion } from './lost-root.ts';
import { duckDbSheet } from './sheet.ts';
import { cleanName } from '../clean-name.ts';
import { foldName } from './names.ts';
import { hasLedgerTables, hasVersionTables } from './system-tables.ts';
import { listVersions } from './versions.ts';

/**
 * The tables of a schema with their columns in order, and the catalogue, which may name tables that are gone. With the name of a root
 * table, as the client sent it, only what a load of it can touch; where `_thimble` has lost it, its tables tell.
 */
export async function describeSchema(
  connection: DuckDBConnection,
  known: KnownTables,
  schema: string,
  root?: string,
): Promise<SchemaDescription> {
  const names = await known.names(connection);
  const present = names.get(foldName(schema));
  const tables = root === undefined ? [...(present ?? new Map<string, string>()).values()] : tablesOfRoot(names, schema, cleanName(root));
  const description = {
    exists: present !== undefined,
    tables: await describeTables(connection, schema, tables.toSorted()),
    catalogue: (await hasLedgerTables(connection, known)) ? await listCatalogue(connection, schema, root) : [],
    versions: (await hasVersionTables(connection, known)) ? await listVersions(connection, known, schema, root) : [],
  };
  if (root === undefined) return description;
  return describeLost(description, { sheet: duckDbSheet, root }, (table) => findVisibleVersion(connection, schema, table));
}
