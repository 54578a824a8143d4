import type { Client } from 'pg';
import { TableStoppedError } from '../errors.ts';
import type { TableLoad } from '../sink.ts';
import { listTables } from './describe-tables.ts';
import type { MergeInput } from './merge-input.ts';
import { quoteIdentifier, quoteTable, shortenName } from './names.ts';
import { run } from './sql.ts';
import { getStagedColumn } from './stage.ts';
import type { Staged } from './stage.ts';

/** The root rows that were applied, and how many others were unstaged. */
interface Applied {
  readonly root: TableLoad;
  readonly rows: Staged;
  readonly unstaged: number;
}

/**
 * Deletes the children of applied root rows from every subtable of the root, whether or not new ones are staged: a shrunk array leaves
 * nothing behind (loading.md §5.5). Staged children of root rows that are staged no more are unstaged.
 */
export async function replaceChildren(client: Client, input: MergeInput, { root, rows, unstaged }: Applied): Promise<void> {
  await deleteChildren(client, input, root, rows);
  if (unstaged === 0) return;
  for (const [table, children] of input.staged) {
    if (table === root.table) continue;
    const same = root.keyColumns.map((key) => `s.${getStagedColumn(rows, key)} = c.${getStagedColumn(children, sourceKey(key))}`);
    await run(client, `DELETE FROM ${children.from} c WHERE NOT EXISTS (SELECT 1 FROM ${rows.from} s WHERE ${same.join(' AND ')})`);
  }
}

/** Deletes the stored children of staged root rows; `condition` may restrict these, as `s`. */
export async function deleteChildren(client: Client, input: MergeInput, root: TableLoad, rows: Staged, condition = 'true'): Promise<void> {
  for (const subtable of await listSubtables(client, input, root)) {
    const same = root.keyColumns.map((key) => `t.${quoteIdentifier(sourceKey(key))} = s.${getStagedColumn(rows, key)}`).join(' AND ');
    await run(client, `DELETE FROM ${quoteTable(input.target.placeOf(subtable))} t USING ${rows.from} s WHERE ${condition} AND ${same}`);
  }
}

/** Existing subtables of the root by the catalogue; one that lost a key column stops the table, because its old rows could not be found. */
async function listSubtables(client: Client, { plan, target, catalogue, created }: MergeInput, root: TableLoad): Promise<string[]> {
  const names = catalogue
    .filter((entry) => entry.root === plan.ledger.key.root && entry.path.length > 0 && !created.has(entry.table))
    .map((entry) => entry.table);
  if (names.length === 0) return [];
  const places = new Map(names.map((name) => [target.placeOf(name).table, name]));
  const existing = await listTables(client, target.placeOf(root.table).schema, [...places.keys()]);
  for (const table of existing) {
    const columns = new Set(table.columns.map((column) => column.name));
    const missing = root.keyColumns.map(sourceKey).find((column) => !columns.has(column));
    if (missing !== undefined) throw new TableStoppedError(`Column ${missing} of ${places.get(table.table)} is missing.`);
  }
  return existing.map(({ table }) => places.get(table) ?? table);
}

/** Name of a root key column in its subtables (loading.md §5.4). */
export function sourceKey(key: string): string {
  return shortenName(`_sdc_source_key_${key}`);
}
