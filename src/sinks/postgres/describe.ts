import type { Client } from 'pg';
import type { RootVersions, SchemaDescription, TableDescription, WaitingVersion } from '../sink.ts';
import { listCatalogue } from './catalogue.ts';
import { listTables } from './describe-tables.ts';
import { describeLost } from '../lost-root.ts';
import { findVisibleVersion } from './lost-root.ts';
import { postgresSheet } from './sheet.ts';
import { selectText } from './sql.ts';
import { hasLedgerTables } from './system-tables.ts';
import { listVersions, listWaiting } from './versions.ts';
import type { WaitingTable } from './versions.ts';

/**
 * The tables of a schema with their columns in order, the catalogue, which may name tables that are gone, and the versions. Where
 * `_thimble` has lost the root, as the client named it, its tables tell.
 */
export async function describeSchema(client: Client, schema: string, root?: string): Promise<SchemaDescription> {
  const schemas = await selectText(client, 'SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1', [schema]);
  const known = await hasLedgerTables(client);
  const description = {
    exists: schemas.length > 0,
    tables: schemas.length > 0 ? await listTables(client, schema) : [],
    catalogue: known ? await listCatalogue(client, schema) : [],
    versions: known ? await describeVersions(client, schema) : [],
  };
  if (root === undefined) return description;
  return describeLost(description, { sheet: postgresSheet, root }, (table) => findVisibleVersion(client, schema, table));
}

async function describeVersions(client: Client, schema: string): Promise<RootVersions[]> {
  const waiting = await listWaiting(client, schema);
  const active = await listVersions(client, schema);
  const names = waiting.map((table) => table.storedName);
  const stored = new Map((names.length === 0 ? [] : await listTables(client, '_thimble', names)).map((table) => [table.table, table]));
  const byRoot = Map.groupBy(waiting, ({ entry }) => entry.root);
  return Array.from(new Set([...active.keys(), ...byRoot.keys()]), (root) => ({
    root,
    active: active.get(root),
    waiting: Array.from(Map.groupBy(byRoot.get(root) ?? [], ({ version }) => version).values(), (tables) =>
      describeWaiting(tables, stored),
    ),
  }));
}

/** The tables of one version under the names they will have. A user may have dropped some. */
function describeWaiting(tables: readonly WaitingTable[], stored: ReadonlyMap<string, TableDescription>): WaitingVersion {
  const present = tables.filter(({ storedName }) => stored.has(storedName));
  return {
    version: tables[0]?.version ?? 0n,
    rows: present.find(({ entry }) => entry.path.length === 0)?.rows ?? 0,
    tables: present.map(({ entry, storedName }) => ({ columns: [], ...stored.get(storedName), table: entry.table })),
    catalogue: tables.map(({ entry }) => entry),
  };
}
