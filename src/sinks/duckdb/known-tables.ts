import type { DuckDBConnection } from '@duckdb/node-api';
import { foldName } from './names.ts';
import { selectText } from './sql.ts';

/** Schemas and names of tables, without views, by folded name. */
type Names = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Which tables are there. While the warehouse is open nobody else can change that, and DuckDB lists its whole catalogue whatever is asked
 * for: with thousands of tables that would take longer than all else of a small load.
 */
export interface KnownTables {
  names(connection: DuckDBConnection): Promise<Names>;
  /** Notes what a committed load made. */
  add(schema: string, tables: readonly string[]): void;
  /** After the file was closed, or when it is not sure what a load came to. */
  forget(): void;
}

export function createKnownTables(): KnownTables {
  let known: Map<string, Map<string, string>> | undefined;
  /** A listing that was overtaken by a change is not kept. */
  let changes = 0;
  return {
    async names(connection) {
      if (known !== undefined) return known;
      const before = changes;
      const names = await listTableNames(connection);
      if (before === changes) known = names;
      return names;
    },
    add(schema, tables) {
      changes += 1;
      if (known === undefined) return;
      const folded = foldName(schema);
      const names = known.get(folded) ?? new Map<string, string>();
      for (const table of tables) names.set(foldName(table), table);
      known.set(folded, names);
    },
    forget() {
      changes += 1;
      known = undefined;
    },
  };
}

/** Which tables are there now, also those of the transaction under way. */
export async function listTableNames(connection: DuckDBConnection): Promise<Map<string, Map<string, string>>> {
  const schemas = await selectText(connection, 'SELECT schema_name FROM duckdb_schemas() WHERE database_name = current_database()');
  const tables = await selectText(
    connection,
    'SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database()',
  );
  const names = new Map(schemas.map(([schema]) => [foldName(schema ?? ''), new Map<string, string>()]));
  for (const [schema, table] of tables) names.get(foldName(schema ?? ''))?.set(foldName(table ?? ''), table ?? '');
  return names;
}

/** The tables a load of a root table can touch: its own, and all whose names a subtable of it may have. */
export function tablesOfRoot(names: Names, schema: string, root: string): string[] {
  const folded = foldName(root);
  const tables = [...(names.get(foldName(schema)) ?? [])];
  return tables.flatMap(([name, table]) => (name === folded || name.startsWith(`${folded}__`) ? [table] : []));
}
