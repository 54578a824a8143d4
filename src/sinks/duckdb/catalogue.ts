import type { DuckDBConnection } from '@duckdb/node-api';
import type { CatalogueEntry } from '../sink.ts';
import { foldName } from './names.ts';
import { run, selectText } from './sql.ts';

const catalogue = '_thimble.catalogue';

/** The definition of the catalogue: which source table owns which destination table, and by which keys. */
export const createCatalogue = `CREATE TABLE IF NOT EXISTS ${catalogue} (
  schema_name VARCHAR NOT NULL, table_name VARCHAR NOT NULL, root VARCHAR NOT NULL, path VARCHAR NOT NULL, key_columns VARCHAR NOT NULL)`;

/** Every entry of a schema, whether or not its table still exists. */
export async function listCatalogue(connection: DuckDBConnection, schema: string): Promise<CatalogueEntry[]> {
  const sql = `SELECT table_name, root, path, key_columns FROM ${catalogue} WHERE schema_name = $1 ORDER BY table_name`;
  const rows = await selectText(connection, sql, [schema]);
  return rows.map(([table, root, path, keyColumns]) => ({
    table: table ?? '',
    root: root ?? '',
    path: JSON.parse(path ?? '[]') as string[],
    keyColumns: JSON.parse(keyColumns ?? '[]') as string[],
  }));
}

/** Writes entries, each replacing the one of the same table, and returns the schema's catalogue as it is then. */
export async function writeCatalogue(
  connection: DuckDBConnection,
  schema: string,
  entries: readonly CatalogueEntry[],
): Promise<CatalogueEntry[]> {
  const merged = new Map((await listCatalogue(connection, schema)).map((entry) => [foldName(entry.table), entry]));
  for (const entry of entries) {
    const stored = merged.get(foldName(entry.table));
    if (stored !== undefined && rowOf(stored).join('\n') === rowOf(entry).join('\n')) continue;
    if (stored !== undefined)
      await run(connection, `DELETE FROM ${catalogue} WHERE schema_name = $1 AND table_name = $2`, [schema, stored.table]);
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
  await writeCatalogue(connection, schema, entries);
}

function rowOf(entry: CatalogueEntry): string[] {
  return [entry.table, entry.root, JSON.stringify(entry.path), JSON.stringify(entry.keyColumns)];
}
