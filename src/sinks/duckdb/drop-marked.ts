import type { DuckDBConnection } from '@duckdb/node-api';
import { findKeyColumns, findMarkColumns } from '../mark-columns.ts';
import type { CatalogueEntry, LoadPlan } from '../sink.ts';
import { describeTables } from './describe-tables.ts';
import { sourceKey } from './merge.ts';
import { quoteIdentifier, quoteTable } from './names.ts';
import { duckDbSheet } from './sheet.ts';
import { run } from './sql.ts';
import { noteDeletedRows } from './tombstones.ts';

/** Deletes the rows with a mark from the tables a version just made visible, with their children, and notes their deletion. */
export async function dropMarkedRows(connection: DuckDBConnection, plan: LoadPlan, shown: readonly CatalogueEntry[]): Promise<void> {
  const { schema } = plan;
  const root = shown.find(({ path }) => path.length === 0);
  if (root === undefined || root.keyColumns.length === 0) return;
  const [described] = await describeTables(connection, schema, [root.table]);
  const marks = described === undefined ? [] : findMarkColumns(described, duckDbSheet);
  const keys = described && findKeyColumns(described, root.keyColumns, duckDbSheet);
  if (marks.length === 0 || keys === undefined) return;
  const stored = quoteTable(schema, root.table);
  const marked = `(${marks.map((name) => `t.${quoteIdentifier(name)} IS NOT NULL`).join(' OR ')})`;
  const columns = keys.map(({ name }) => `t.${quoteIdentifier(name)}`);
  await noteDeletedRows(connection, plan, columns, `${stored} AS t WHERE ${marked}`);
  for (const { table, path } of shown) {
    if (path.length === 0) continue;
    const same = keys.map(({ name }) => `c.${quoteIdentifier(sourceKey(name))} = t.${quoteIdentifier(name)}`);
    await run(connection, `DELETE FROM ${quoteTable(schema, table)} AS c USING ${stored} AS t WHERE ${marked} AND ${same.join(' AND ')}`);
  }
  await run(connection, `DELETE FROM ${stored} AS t WHERE ${marked}`);
}
