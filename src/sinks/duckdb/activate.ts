import type { DuckDBConnection } from '@duckdb/node-api';
import { TableStoppedError } from '../errors.ts';
import type { LostRoot } from '../lost-root.ts';
import type { CatalogueEntry, LoadPlan } from '../sink.ts';
import { listCatalogue, replaceRoot } from './catalogue.ts';
import { listTableNames } from './known-tables.ts';
import { foldName, quoteIdentifier, quoteTable } from './names.ts';
import { systemSchema } from './place.ts';
import { run, selectText } from './sql.ts';
import type { WaitingTable } from './versions.ts';
import { listWaitingTables, writeActiveVersion } from './versions.ts';

/**
 * Gives the root and its subtables exactly the rows of a version, within the transaction of the load: readers see the old tables until it
 * commits, and the new ones from then on. Without waiting tables the visible ones become empty
 * (loading.md §7). A lost root is visible without an entry. Returns what became visible.
 */
export async function activateVersion(
  connection: DuckDBConnection,
  plan: LoadPlan,
  version: bigint,
  lost: LostRoot | undefined,
): Promise<CatalogueEntry[]> {
  const { schema } = plan;
  const { root } = plan.ledger.key;
  const names = await listTableNames(connection);
  const present = new Map(names.get(foldName(schema)));
  const stored = names.get(systemSchema);
  const catalogue = await listCatalogue(connection, schema);
  const entries = catalogue.filter((entry) => entry.root === root).map(({ table }) => table);
  const visible = [...(lost === undefined ? [] : [lost.table]), ...entries].flatMap((table) => present.get(foldName(table)) ?? []);
  const ended = (await listWaitingTables(connection, schema, root)).filter((table) => table.version <= version);
  const incoming = ended.filter((table) => table.version === version && stored?.has(table.storedName));
  if (incoming.length === 0) for (const table of visible) await run(connection, `DELETE FROM ${quoteTable(schema, table)}`);
  else {
    for (const table of visible) {
      await run(connection, `DROP TABLE ${quoteTable(schema, table)}`);
      present.delete(foldName(table));
    }
    for (const table of incoming) {
      if (present.has(foldName(table.table))) throw takenError(table, catalogue);
      await copyTable(connection, table.storedName, quoteTable(schema, table.table));
    }
    await replaceRoot(connection, schema, root, incoming);
  }
  for (const { storedName } of ended) await run(connection, `DROP TABLE IF EXISTS ${quoteTable(systemSchema, storedName)}`);
  await writeActiveVersion(connection, schema, root, version);
  return incoming;
}

/** DuckDB moves no table between schemas, and CREATE TABLE AS forgets which columns are NOT NULL. */
async function copyTable(connection: DuckDBConnection, storedName: string, target: string): Promise<void> {
  const columns = await selectText(
    connection,
    `SELECT column_name, data_type, is_nullable::VARCHAR FROM duckdb_columns()
     WHERE database_name = current_database() AND schema_name = $1 AND table_name = $2 ORDER BY column_index`,
    [systemSchema, storedName],
  );
  const definitions = columns.map(
    ([name, type, nullable]) => `${quoteIdentifier(name ?? '')} ${type}${nullable === 'true' ? '' : ' NOT NULL'}`,
  );
  await run(connection, `CREATE TABLE ${target} (${definitions.join(', ')})`);
  await run(connection, `INSERT INTO ${target} SELECT * FROM ${quoteTable(systemSchema, storedName)}`);
}

function takenError(table: WaitingTable, catalogue: readonly CatalogueEntry[]): TableStoppedError {
  const owner = catalogue.find((entry) => foldName(entry.table) === foldName(table.table));
  const holder = owner === undefined ? 'a table that is not ours' : `table [${owner.root}]`;
  return new TableStoppedError(
    `Version ${table.version} of [${table.root}] cannot become visible: table name [${table.table}] is used by ${holder}; drop or rename it.`,
  );
}
