import type { DuckDBConnection } from '@duckdb/node-api';
import type { CatalogueEntry, LoadPlan, RootVersions, TableDescription, WaitingVersion } from '../sink.ts';
import { describeTables } from './describe-tables.ts';
import type { KnownTables } from './known-tables.ts';
import { foldName } from './names.ts';
import { planPlace, quoteIn, systemSchema } from './place.ts';
import { run, selectText } from './sql.ts';

const active = '_thimble.version';
const waiting = '_thimble.waiting_table';
const whereVersion = 'WHERE schema_name = $1 AND root = $2 AND version = $3';

/** A table of a version that waits for its activation. */
export interface WaitingTable extends CatalogueEntry {
  readonly version: bigint;
  /** Its name in `_thimble`. */
  readonly storedName: string;
  /** Rows of a root table. */
  readonly rows: number;
}

/** Creates what remembers versions unless it is there: the active one of each root table, and the tables of those that wait. */
export async function createVersionTables(connection: DuckDBConnection): Promise<void> {
  await run(
    connection,
    `CREATE TABLE IF NOT EXISTS ${active} (schema_name VARCHAR NOT NULL, root VARCHAR NOT NULL, active BIGINT NOT NULL)`,
  );
  await run(
    connection,
    `CREATE TABLE IF NOT EXISTS ${waiting} (schema_name VARCHAR NOT NULL, root VARCHAR NOT NULL, version BIGINT NOT NULL,
       table_name VARCHAR NOT NULL, path VARCHAR NOT NULL, key_columns VARCHAR NOT NULL, stored_name VARCHAR NOT NULL, rows BIGINT NOT NULL)`,
  );
}

/** The versions of every root table of a schema, or of one. A waiting table that a user dropped waits no more. */
export async function listVersions(
  connection: DuckDBConnection,
  known: KnownTables,
  schema: string,
  root?: string,
): Promise<RootVersions[]> {
  const sql = `SELECT root, active::VARCHAR FROM ${active} WHERE schema_name = $1 ${ofRoot(root)} ORDER BY root`;
  const rows = await selectText(connection, sql, root === undefined ? [schema] : [schema, root]);
  const activeOf = new Map(rows.map(([name, version]) => [name ?? '', BigInt(version ?? 0)]));
  const present = (await known.names(connection)).get(systemSchema);
  const tables = (await listWaitingTables(connection, schema, root)).filter(({ storedName }) => present?.has(storedName));
  const stored = await describeTables(
    connection,
    systemSchema,
    tables.map(({ storedName }) => storedName),
  );
  const described = new Map(stored.map((table) => [table.table, table]));
  const waitingOf = new Map<string, Map<bigint, WaitingTable[]>>();
  for (const table of tables) {
    const versions = waitingOf.get(table.root) ?? new Map<bigint, WaitingTable[]>();
    waitingOf.set(table.root, versions.set(table.version, [...(versions.get(table.version) ?? []), table]));
  }
  return [...new Set([...activeOf.keys(), ...waitingOf.keys()])].map((name) => ({
    root: name,
    active: activeOf.get(name),
    waiting: [...(waitingOf.get(name) ?? [])].map(([version, entries]) => waitingVersion(version, entries, described)),
  }));
}

function waitingVersion(
  version: bigint,
  entries: readonly WaitingTable[],
  described: ReadonlyMap<string, TableDescription>,
): WaitingVersion {
  return {
    version,
    rows: entries.find(({ path }) => path.length === 0)?.rows ?? 0,
    tables: entries.map(({ table, storedName }) => ({ table, columns: described.get(storedName)?.columns ?? [] })),
    catalogue: entries.map(({ table, root, path, keyColumns }) => ({ table, root, path, keyColumns })),
  };
}

/** The tables of all waiting versions of a schema, or of one root table, oldest version first. */
export async function listWaitingTables(connection: DuckDBConnection, schema: string, root?: string): Promise<WaitingTable[]> {
  const rows = await selectText(
    connection,
    `SELECT root, version::VARCHAR, table_name, path, key_columns, stored_name, rows::VARCHAR FROM ${waiting} WHERE schema_name = $1
     ${ofRoot(root)} ORDER BY root, waiting_table.version, table_name`,
    root === undefined ? [schema] : [schema, root],
  );
  return rows.map(([name, version, table, path, keyColumns, storedName, count]) => ({
    root: name ?? '',
    version: BigInt(version ?? 0),
    table: table ?? '',
    path: JSON.parse(path ?? '[]') as string[],
    keyColumns: JSON.parse(keyColumns ?? '[]') as string[],
    storedName: storedName ?? '',
    rows: Number(count),
  }));
}

function ofRoot(root: string | undefined): string {
  return root === undefined ? '' : 'AND root = $2';
}

/** Registers the waiting tables of a plan and returns those of its version. */
export async function writeWaitingTables(connection: DuckDBConnection, plan: LoadPlan, version: bigint): Promise<CatalogueEntry[]> {
  const { root } = plan.ledger.key;
  const place = planPlace(plan);
  const known = (await listWaitingTables(connection, plan.schema, root)).filter((table) => table.version === version);
  const entries = new Map<string, CatalogueEntry>(known.map((entry) => [foldName(entry.table), entry]));
  for (const entry of plan.catalogue) {
    const storedName = place.nameOf(entry.table);
    // A table that a user dropped may come back with another key.
    if (sameEntry(entries.get(foldName(entry.table)), entry)) continue;
    await run(connection, `DELETE FROM ${waiting} WHERE stored_name = $1`, [storedName]);
    await run(connection, `INSERT INTO ${waiting} VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`, [
      plan.schema,
      root,
      version,
      entry.table,
      JSON.stringify(entry.path),
      JSON.stringify(entry.keyColumns),
      storedName,
    ]);
    entries.set(foldName(entry.table), entry);
  }
  return [...entries.values()];
}

function sameEntry(one: CatalogueEntry | undefined, other: CatalogueEntry): boolean {
  return one?.table === other.table && one.keyColumns.join('\n') === other.keyColumns.join('\n');
}

/** Notes how many rows of the root table wait, which the operator is shown (loading.md §17, C17). */
export async function countWaitingRows(connection: DuckDBConnection, plan: LoadPlan, version: bigint): Promise<void> {
  const [root] = plan.tables;
  if (root === undefined) return;
  const counted = `(SELECT count(*) FROM ${quoteIn(planPlace(plan), root.table)})`;
  await run(connection, `UPDATE ${waiting} SET rows = ${counted} ${whereVersion} AND path = '[]'`, [
    plan.schema,
    plan.ledger.key.root,
    version,
  ]);
}

/** The version of a root table that is visible. */
export async function findActiveVersion(connection: DuckDBConnection, schema: string, root: string): Promise<bigint | undefined> {
  const [row] = await selectText(connection, `SELECT active::VARCHAR FROM ${active} WHERE schema_name = $1 AND root = $2`, [schema, root]);
  return typeof row?.[0] === 'string' ? BigInt(row[0]) : undefined;
}

/** Makes a version the active one; it and older ones wait no more. */
export async function writeActiveVersion(connection: DuckDBConnection, schema: string, root: string, version: bigint): Promise<void> {
  await run(connection, `DELETE FROM ${waiting} WHERE schema_name = $1 AND root = $2 AND version <= $3`, [schema, root, version]);
  await run(connection, `DELETE FROM ${active} WHERE schema_name = $1 AND root = $2`, [schema, root]);
  await run(connection, `INSERT INTO ${active} VALUES ($1, $2, $3)`, [schema, root, version]);
}
