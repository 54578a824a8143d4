import type { Client } from 'pg';
import type { RootVersions, SchemaDescription, TableDescription, WaitingVersion } from '../sink.ts';
import { listCatalogue } from './catalogue.ts';
import { selectText } from './sql.ts';
import { hasLedgerTables } from './system-tables.ts';
import { findLogicalType } from './types.ts';
import { listVersions, listWaiting } from './versions.ts';
import type { WaitingTable } from './versions.ts';

/** The tables of a schema with their columns in order, the catalogue, which may name tables that are gone, and the versions. */
export async function describeSchema(client: Client, schema: string): Promise<SchemaDescription> {
  const schemas = await selectText(client, 'SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1', [schema]);
  const known = await hasLedgerTables(client);
  return {
    exists: schemas.length > 0,
    tables: schemas.length > 0 ? await listTables(client, schema) : [],
    catalogue: known ? await listCatalogue(client, schema) : [],
    versions: known ? await describeVersions(client, schema) : [],
  };
}

type Attribute = readonly [name: string, type: number, modifier: number, notNull: boolean, dropped: boolean];

/** The tables of a schema (no views), each with its columns in destination order; only those named, if any are. */
export async function listTables(client: Client, schema: string, only?: readonly string[]): Promise<TableDescription[]> {
  // A column with a default or an expression of its own is no obstacle to rows that leave it out.
  const rows = await selectText(
    client,
    `SELECT c.relname, pg_catalog.json_agg(pg_catalog.json_build_array(a.attname, a.atttypid::bigint, a.atttypmod,
              a.attnotnull AND NOT a.atthasdef AND a.attidentity = '', a.attisdropped) ORDER BY a.attnum)
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
      WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND ($2::text[] IS NULL OR c.relname = ANY ($2))
      GROUP BY c.oid, c.relname ORDER BY c.relname`,
    [schema, only ?? null],
  );
  return rows.map(([table, attributes]) => {
    const all = (JSON.parse(attributes ?? '[]') as Attribute[]).filter(([name]) => name !== null);
    const columns = all.filter(([, , , , dropped]) => !dropped);
    return {
      table: table ?? '',
      columns: columns.map(([name, type, modifier, notNull]) => ({ name, type: findLogicalType(type, modifier), notNull })),
      ...(columns.length < all.length ? { droppedColumns: all.length - columns.length } : {}),
    };
  });
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
