import type { DuckDBConnection } from '@duckdb/node-api';
import { TableStoppedError } from '../errors.ts';
import type { CatalogueEntry, LoadPlan, LoadResult, TableLoad } from '../sink.ts';
import { listTables } from './describe.ts';
import { foldName, quoteIdentifier, quoteTable } from './names.ts';
import { run } from './sql.ts';
import { isDeletion, positionOf, stagedName } from './staged.ts';
import { dropDeletedRows, noteDeletes } from './tombstones.ts';
import { insertLists } from './widen.ts';

/** Moves staged rows into their tables: all of them in an append plan, by key and sequence in an upsert plan (loading.md §6.2). */
export async function mergeTables(connection: DuckDBConnection, plan: LoadPlan, catalogue: readonly CatalogueEntry[]): Promise<LoadResult> {
  const root = plan.tables[0];
  const loaded: Record<string, number> = {};
  if (root === undefined) return { loaded, superseded: 0 };
  const superseded = plan.mode === 'upsert' ? await makeRoom(connection, plan, root, catalogue) : 0;
  const kept = plan.deletes === undefined ? '' : ` WHERE NOT ${isDeletion(root)}`;
  for (const [index, table] of plan.tables.entries()) {
    const { targets, sources } = insertLists(table.columns);
    const applied = index > 0 && plan.mode === 'upsert' ? ` WHERE r IN (SELECT r FROM temp.main.${stagedName(0)}${kept})` : '';
    const from = `temp.main.${stagedName(index)}${index === 0 ? kept : applied}`;
    loaded[table.table] =
      (loaded[table.table] ?? 0) +
      (await run(connection, `INSERT INTO ${quoteTable(plan.schema, table.table)} (${targets}) SELECT ${sources} FROM ${from}`));
  }
  return { loaded, superseded };
}

/**
 * Drops staged root rows that are not newer than the stored row (a tie keeps the stored one), then deletes the stored rows they replace
 * together with their children in every subtable of the root, staged or not: a shrunk array leaves nothing behind (loading.md §5.5). Returns how many staged root rows were dropped.
 */
async function makeRoom(
  connection: DuckDBConnection,
  plan: LoadPlan,
  root: TableLoad,
  catalogue: readonly CatalogueEntry[],
): Promise<number> {
  const staged = `temp.main.${stagedName(0)}`;
  const stored = quoteTable(plan.schema, root.table);
  const keys = root.keyColumns.map((key) => ({ name: key, staged: `s.c${positionOf(root, key)}` }));
  if (keys.length === 0) throw new Error(`An upsert into ${root.table} has no key.`);
  const sameKey = keys.map((key) => `t.${quoteIdentifier(key.name)} = ${key.staged}`).join(' AND ');
  const sequence = `s.c${positionOf(root, '_sdc_sequence')}`;
  const deleted = await dropDeletedRows(connection, plan, root, staged);
  const superseded = await run(
    connection,
    `DELETE FROM ${staged} AS s USING ${stored} AS t WHERE ${sameKey} AND t._sdc_sequence >= ${sequence}`,
  );
  await run(connection, `DELETE FROM ${stored} AS t USING ${staged} AS s WHERE ${sameKey}`);
  for (const subtable of await subtablesOf(connection, plan, root, catalogue)) {
    const sameRoot = keys.map((key) => `t.${quoteIdentifier(sourceKey(key.name))} = ${key.staged}`).join(' AND ');
    await run(connection, `DELETE FROM ${quoteTable(plan.schema, subtable)} AS t USING ${staged} AS s WHERE ${sameRoot}`);
  }
  await noteDeletes(connection, plan, root, staged);
  return deleted + superseded;
}

/** Existing subtables of the root by the catalogue; one that lost a key column stops the table, because its old rows could not be found. */
async function subtablesOf(
  connection: DuckDBConnection,
  plan: LoadPlan,
  root: TableLoad,
  catalogue: readonly CatalogueEntry[],
): Promise<string[]> {
  const names = catalogue
    .filter((entry) => entry.root === plan.ledger.key.root && entry.path.length > 0)
    .map((entry) => foldName(entry.table));
  if (names.length === 0) return [];
  const wanted = new Set(names);
  const existing = (await listTables(connection, plan.schema)).filter((table) => wanted.has(foldName(table.table)));
  for (const table of existing) {
    const columns = new Set(table.columns.map((column) => foldName(column.name)));
    const missing = root.keyColumns.map(sourceKey).find((column) => !columns.has(foldName(column)));
    if (missing !== undefined) throw new TableStoppedError(`Column ${missing} of ${table.table} is missing.`);
  }
  return existing.map((table) => table.table);
}

/** Name of a root key column in its subtables (loading.md §5.4). */
function sourceKey(key: string): string {
  return `_sdc_source_key_${key}`;
}
