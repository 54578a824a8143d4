import type { DuckDBConnection } from '@duckdb/node-api';
import type { CatalogueEntry } from '../sink.ts';
import { cleanName } from '../clean-name.ts';
import { foldName } from './names.ts';
import { run, selectText } from './sql.ts';

const catalogue = '_thimble.catalogue';

/** The definition of the catalogue: which source table owns which destination table, and by which keys. */
export const createCatalogue = `CREATE TABLE IF NOT EXISTS ${catalogue} (
  schema_name VARCHAR NOT NULL, table_name VARCHAR NOT NULL, root VARCHAR NOT NULL, path VARCHAR NOT NULL, key_columns VARCHAR NOT NULL)`;

/** The entries of a schema, or those of one root table and of tables whose names begin like its own, whether or not the table still exists. */
export async function listCatalogue(connection: DuckDBConnection, schema: string, root?: string): Promise<CatalogueEntry[]> {
  const ofRoot = root === undefined ? '' : ' AND (root = $2 OR starts_with(lower(table_name), lower($3)))';
  const sql = `SELECT table_name, root, path, key_columns FROM ${catalogue} WHERE schema_name = $1${ofRoot} ORDER BY table_name`;
  const rows = await selectText(connection, sql, root === undefined ? [schema] : [schema, root, cleanName(root)]);
  return rows.map(([table, root, path, keyColumns]) => ({
    table: table ?? '',
    root: root ?? '',
    path: JSON.parse(path ?? '[]') as string[],
    keyColumns: JSON.parse(keyColumns ?? '[]') as string[],
  }));
}

/** Writes entries of a root table, each replacing the one of the same table, and returns what `listCatalogue` then has of the root; `known` is what it has now. */
export async function writeCatalogue(
  connection: DuckDBConnection,
  schema: string,
  root: string,
  entries: readonly CatalogueEntry[],
  known?: readonly CatalogueEntry[],
): Promise<CatalogueEntry[]> {
  const stored = known ?? (await listCatalogue(connection, schema, root));
  const merged = new Map(stored.map((entry) => [foldName(entry.table), entry]));
  for (const entry of entries) {
    const before = merged.get(foldName(entry.table));
    if (before !== undefined && rowOf(before).join('\n') === rowOf(entry).join('\n')) continue;
    if (before !== undefined)
      await run(connection, `DELETE FROM ${catalogue} WHERE schema_name = $1 AND table_name = $2`, [schema, before.table]);
    await run(connection, `INSERT INTO ${catalogue} VALUES ($1, $2, $3, $4, $5)`, [schema, ...rowOf(entry)]);
    merged.set(foldName(entry.table), entry);
  }
  return [...merged.values()];
}

/** Forgets the tables of a root and writes others in their place. */
export async function replaceRoot(
  connection: DuckDBConnection,
  schema: string,
  root: string,
  entries: readonly CatalogueEntry[],
): Promise<void> {
  await run(connection, `DELETE FROM ${catalogue} WHERE schema_name = $1 AND root = $2`, [schema, root]);
  await writeCatalogue(connection, schema, root, entries);
}

function rowOf(entry: CatalogueEntry): string[] {
  return [entry.table, entry.root, JSON.stringify(entry.path), JSON.stringify(entry.keyColumns)];
}
