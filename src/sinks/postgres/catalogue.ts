import type { Client } from 'pg';
import type { CatalogueEntry } from '../sink.ts';
import { run, selectText } from './sql.ts';

const catalogue = '_thimble.catalogue';

/** The definition of the catalogue: which source table owns which destination table, and by which keys. */
export const createCatalogue = `CREATE TABLE IF NOT EXISTS ${catalogue} (
  schema_name text NOT NULL, table_name text NOT NULL, root text NOT NULL, path text NOT NULL, key_columns text NOT NULL,
  PRIMARY KEY (schema_name, table_name))`;

/** Every entry of a schema, whether or not its table still exists. */
export async function listCatalogue(client: Client, schema: string): Promise<CatalogueEntry[]> {
  const sql = `SELECT table_name, root, path, key_columns FROM ${catalogue} WHERE schema_name = $1 ORDER BY table_name`;
  return (await selectText(client, sql, [schema])).map(([table, root, path, keyColumns]) => readEntry({ table, root, path, keyColumns }));
}

/** Writes entries, each replacing the one of the same table, and returns the schema's catalogue as it is then; `known` is what it is now. */
export async function writeCatalogue(
  client: Client,
  schema: string,
  entries: readonly CatalogueEntry[],
  known?: readonly CatalogueEntry[],
): Promise<CatalogueEntry[]> {
  const merged = new Map((known ?? (await listCatalogue(client, schema))).map((entry) => [entry.table, entry]));
  for (const entry of entries) {
    const stored = merged.get(entry.table);
    if (stored !== undefined && rowOf(stored).join('\n') === rowOf(entry).join('\n')) continue;
    await run(
      client,
      `INSERT INTO ${catalogue} (schema_name, table_name, root, path, key_columns) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (schema_name, table_name) DO UPDATE SET root = excluded.root, path = excluded.path, key_columns = excluded.key_columns`,
      [schema, ...rowOf(entry)],
    );
    merged.set(entry.table, entry);
  }
  return [...merged.values()];
}

/** Forgets the tables of a root. */
export async function dropFromCatalogue(client: Client, schema: string, root: string): Promise<void> {
  await run(client, `DELETE FROM ${catalogue} WHERE schema_name = $1 AND root = $2`, [schema, root]);
}

/** An entry as its columns say it. */
export function readEntry(row: {
  readonly table: string | null | undefined;
  readonly root: string | null | undefined;
  readonly path: string | null | undefined;
  readonly keyColumns: string | null | undefined;
}): CatalogueEntry {
  return {
    table: row.table ?? '',
    root: row.root ?? '',
    path: JSON.parse(row.path ?? '[]') as string[],
    keyColumns: JSON.parse(row.keyColumns ?? '[]') as string[],
  };
}

/** Table, root, path and key columns as they are stored. */
export function rowOf(entry: CatalogueEntry): [string, string, string, string] {
  return [entry.table, entry.root, JSON.stringify(entry.path), JSON.stringify(entry.keyColumns)];
}
