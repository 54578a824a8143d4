import type { Client } from 'pg';
import type { CatalogueEntry } from '../sink.ts';
import { readEntry, rowOf } from './catalogue.ts';
import { digestOf } from './names.ts';
import { run, selectText } from './sql.ts';

/** Which version of a root table is visible (loading.md §7). */
export const createVersions = `CREATE TABLE IF NOT EXISTS _thimble.version (
  schema_name text NOT NULL, root text NOT NULL, active bigint NOT NULL)`;

/** The tables of `_thimble` whose rows wait for the activation of their version, and the names they will have; `rows` as loads counted. */
export const createWaitingTables = `CREATE TABLE IF NOT EXISTS _thimble.waiting_table (
  schema_name text NOT NULL, root text NOT NULL, version bigint NOT NULL, table_name text NOT NULL, path text NOT NULL,
  key_columns text NOT NULL, stored_name text NOT NULL PRIMARY KEY, rows bigint NOT NULL)`;

/** A table that waits in `_thimble`. */
export interface WaitingTable {
  readonly version: bigint;
  readonly entry: CatalogueEntry;
  readonly storedName: string;
  readonly rows: number;
}

/** The active version per root of a schema. */
export async function listVersions(client: Client, schema: string): Promise<ReadonlyMap<string, bigint>> {
  const rows = await selectText(client, 'SELECT root, active FROM _thimble.version WHERE schema_name = $1 ORDER BY root', [schema]);
  return new Map(rows.map(([root, active]) => [root ?? '', BigInt(active ?? '0')]));
}

/** Waiting tables of a schema, by version, each version's root first. */
export async function listWaiting(client: Client, schema: string): Promise<WaitingTable[]> {
  const rows = await selectText(
    client,
    `SELECT version, table_name, root, path, key_columns, stored_name, rows FROM _thimble.waiting_table WHERE schema_name = $1
      ORDER BY root, version, pg_catalog.length(path), table_name`,
    [schema],
  );
  return rows.map(([version, table, root, path, keyColumns, storedName, count]) => ({
    version: BigInt(version ?? '0'),
    entry: readEntry({ table, root, path, keyColumns }),
    storedName: storedName ?? '',
    rows: Number(count),
  }));
}

/** The name under which a table of a version waits. */
export function storedNameOf(schema: string, root: string, version: bigint, table: string): string {
  return `waiting_${digestOf(JSON.stringify([schema, root, String(version), table]))}`;
}

/** Records waiting tables; those recorded already keep their count of rows. */
export async function writeWaiting(client: Client, schema: string, version: bigint, entries: readonly CatalogueEntry[]): Promise<void> {
  for (const entry of entries) {
    const [table, root, path, keyColumns] = rowOf(entry);
    await run(
      client,
      `INSERT INTO _thimble.waiting_table (schema_name, root, version, table_name, path, key_columns, stored_name, rows)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 0) ON CONFLICT (stored_name) DO UPDATE SET path = excluded.path, key_columns = excluded.key_columns`,
      [schema, root, String(version), table, path, keyColumns, storedNameOf(schema, root, version, table)],
    );
  }
}

/** Adds what a load put into a waiting table, less what it replaced. */
export async function countWaiting(client: Client, storedName: string, added: number): Promise<void> {
  await run(client, 'UPDATE _thimble.waiting_table SET rows = rows + $2 WHERE stored_name = $1', [storedName, added]);
}

/** Forgets waiting tables; the tables themselves are the caller's. */
export async function forgetWaiting(client: Client, storedNames: readonly string[]): Promise<void> {
  await run(client, 'DELETE FROM _thimble.waiting_table WHERE stored_name = ANY ($1)', [storedNames]);
}

/** Makes a version the visible one of its root. */
export async function writeActive(client: Client, schema: string, root: string, version: bigint): Promise<void> {
  await run(client, 'DELETE FROM _thimble.version WHERE schema_name = $1 AND root = $2', [schema, root]);
  await run(client, 'INSERT INTO _thimble.version (schema_name, root, active) VALUES ($1, $2, $3)', [schema, root, String(version)]);
}
