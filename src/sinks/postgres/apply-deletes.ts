import type { Client } from 'pg';
import type { LoadPlan, LogicalType, TableLoad } from '../sink.ts';
import type { MergeInput } from './merge-input.ts';
import { quoteTable } from './names.ts';
import { deleteChildren } from './replace-children.ts';
import { run } from './sql.ts';
import { getStagedColumn, sameKey } from './stage.ts';
import type { Staged } from './stage.ts';
import { forgetDeletes, hasTombstones, ofRoot, rootOf, tombstone } from './tombstones.ts';
import { widenSql } from './widen.ts';

/** A record older than the deletion of its row that comes later than this brings the row back. */
const keptMs = 30 * 86_400_000;

/** What deletions, earlier ones and those of the load, left of the staged root rows. */
export interface Survivors {
  readonly rows: Staged;
  /** Staged rows that were not newer than the deletion of their key, and deletions not newer than the stored row. */
  readonly superseded: number;
  readonly deleted: number;
}

/** Unstages rows that a deletion outdoes, then deletes the stored rows that staged deletions replace, with their children, and unstages these. */
export async function applyDeletes(client: Client, input: MergeInput, root: TableLoad, rows: Staged): Promise<Survivors> {
  const { plan, target, created } = input;
  if (plan.deletes === undefined || rows.deleted === undefined) return { rows, superseded: 0, deleted: 0 };
  // Dropping a table is how its owner starts it anew; a load that died after this step may have made it already.
  if (plan.ddl.some((step) => step.kind === 'create-table' && step.table === root.table)) await forgetDeletes(client, plan);
  const key = keyDigest(root, rows);
  const sequence = `s.${getStagedColumn(rows, '_sdc_sequence')}`;
  let superseded = 0;
  if (await hasTombstones(client, plan)) {
    const outdone = `DELETE FROM ${rows.from} s USING ${tombstone} d WHERE ${ofRoot} AND d.key_digest = ${key} AND d.sequence >= ${sequence}`;
    superseded += await run(client, outdone, rootOf(plan));
  }
  if (!plan.deletes.includes(1)) return { rows: without(rows, superseded), superseded, deleted: 0 };
  const isDeletion = `s.${rows.deleted}`;
  if (!created.has(root.table)) {
    const same = sameKey(root, rows);
    const stored = quoteTable(target.placeOf(root.table));
    const older = `DELETE FROM ${rows.from} s USING ${stored} t WHERE ${isDeletion} AND ${same} AND t._sdc_sequence >= ${sequence}`;
    superseded += await run(client, older);
    await run(client, `DELETE FROM ${stored} t USING ${rows.from} s WHERE ${isDeletion} AND ${same}`);
    await deleteChildren(client, input, root, rows, isDeletion);
  }
  await run(
    client,
    `INSERT INTO ${tombstone} (schema_name, root_digest, key_digest, sequence, deleted_at, root)
     SELECT $1, $2, ${key}, ${sequence}, $3, $4 FROM ${rows.from} s WHERE ${isDeletion}
     ON CONFLICT (schema_name, root_digest, key_digest) DO UPDATE SET sequence = excluded.sequence, deleted_at = excluded.deleted_at`,
    [...rootOf(plan), new Date(plan.batchedAt).toISOString(), plan.ledger.key.root],
  );
  const deleted = await run(client, `DELETE FROM ${rows.from} s WHERE ${isDeletion}`);
  return { rows: without(rows, superseded + deleted), superseded, deleted };
}

/** Takes back deletions that a staged row, which by now has won, has overcome, and those that are too old. */
export async function dropTombstones(client: Client, plan: LoadPlan, root: TableLoad, rows: Staged): Promise<void> {
  if (plan.deletes === undefined || !(await hasTombstones(client, plan))) return;
  const oldest = new Date(plan.batchedAt - keptMs).toISOString();
  await run(client, `DELETE FROM ${tombstone} d WHERE ${ofRoot} AND d.deleted_at < $3`, [...rootOf(plan), oldest]);
  const overcome = `DELETE FROM ${tombstone} d USING ${rows.from} s WHERE ${ofRoot} AND d.key_digest = ${keyDigest(root, rows)}`;
  await run(client, overcome, rootOf(plan));
}

function without(rows: Staged, count: number): Staged {
  return { ...rows, rows: rows.rows - count };
}

function keyDigest(root: TableLoad, rows: Staged): string {
  const typeOf = (key: string): LogicalType => root.columns.find(({ name }) => name === key)?.type ?? 'string';
  return digestOfKey(root.keyColumns.toSorted().map((key) => ({ column: `s.${getStagedColumn(rows, key)}`, type: typeOf(key) })));
}

/** SQL for one digest per key, of its parts behind their lengths; `parts` in the order of their names, however the key is ordered. */
export function digestOfKey(parts: readonly { readonly column: string; readonly type: LogicalType }[]): string {
  const texts = parts.map(({ column, type }) => widenSql(column, type, 'string'));
  return `sha256(convert_to(${texts.map((text) => `length(${text}) || ':' || ${text}`).join(' || ')}, 'UTF8'))`;
}
