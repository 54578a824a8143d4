import type { Client } from 'pg';
import { findKeyColumns, findMarkColumns } from '../mark-columns.ts';
import type { CatalogueEntry, LoadPlan } from '../sink.ts';
import { digestOfKey } from './apply-deletes.ts';
import { listTables } from './describe-tables.ts';
import { quoteIdentifier, quoteTable } from './names.ts';
import { sourceKey } from './replace-children.ts';
import { postgresSheet } from './sheet.ts';
import { run } from './sql.ts';
import { rootOf, tombstone } from './tombstones.ts';

/** Deletes the rows with a mark from the tables a version just made visible, with their children, and notes their deletion. */
export async function dropMarkedRows(client: Client, plan: LoadPlan, shown: readonly CatalogueEntry[]): Promise<void> {
  const { schema } = plan;
  const root = shown.find(({ path }) => path.length === 0);
  if (root === undefined || root.keyColumns.length === 0) return;
  const [described] = await listTables(client, schema, [root.table]);
  const marks = described === undefined ? [] : findMarkColumns(described, postgresSheet);
  const keys = described && findKeyColumns(described, root.keyColumns, postgresSheet);
  if (marks.length === 0 || keys === undefined) return;
  const stored = quoteTable({ schema, table: root.table });
  const marked = `(${marks.map((name) => `t.${quoteIdentifier(name)} IS NOT NULL`).join(' OR ')})`;
  const digest = digestOfKey(keys.map(({ name, type }) => ({ column: `t.${quoteIdentifier(name)}`, type })));
  await run(
    client,
    `INSERT INTO ${tombstone} (schema_name, root_digest, key_digest, sequence, deleted_at, root)
     SELECT $1, $2, ${digest}, t._sdc_sequence, $3, $4 FROM ${stored} t WHERE ${marked}`,
    [...rootOf(plan), new Date(plan.batchedAt).toISOString(), plan.ledger.key.root],
  );
  for (const { table, path } of shown) {
    if (path.length === 0) continue;
    const same = keys.map(({ name }) => `c.${quoteIdentifier(sourceKey(name))} = t.${quoteIdentifier(name)}`);
    await run(client, `DELETE FROM ${quoteTable({ schema, table })} c USING ${stored} t WHERE ${marked} AND ${same.join(' AND ')}`);
  }
  await run(client, `DELETE FROM ${stored} t WHERE ${marked}`);
}
