import type { DuckDBConnection } from '@duckdb/node-api';
import type { LoadPlan, TableLoad } from '../sink.ts';
import { foldName } from './names.ts';
import type { Parameter } from './sql.ts';
import { run } from './sql.ts';
import { isDeletion, positionOf } from './staged.ts';

const tombstone = '_thimble.tombstone';
const ofRoot = 'schema_name = $1 AND root = $2';

/** A record older than the deletion of its row that comes later than this brings the row back. */
const keptMs = 30 * 86_400_000;

/** The definition of the tombstones: for each deleted key of a root table the sequence of the record that deleted it. */
export const createTombstones = `CREATE TABLE IF NOT EXISTS ${tombstone} (
  schema_name VARCHAR NOT NULL, root VARCHAR NOT NULL, key_text VARCHAR NOT NULL, sequence BIGINT NOT NULL, deleted_at TIMESTAMP NOT NULL)`;

/** Drops staged root rows that are not newer than the deletion of their key. Returns how many. */
export async function dropDeletedRows(connection: DuckDBConnection, plan: LoadPlan, root: TableLoad, staged: string): Promise<number> {
  if (plan.deletes === undefined || plan.version !== undefined) return 0;
  // Dropping a table is how its owner starts it anew.
  if (plan.ddl.some((step) => step.kind === 'create-table' && foldName(step.table) === foldName(root.table)))
    await forgetDeletes(connection, plan);
  return run(
    connection,
    `DELETE FROM ${staged} AS s USING ${tombstone} AS d
     WHERE d.schema_name = $1 AND d.root = $2 AND d.key_text = ${keyText(root)} AND d.sequence >= s.c${positionOf(root, '_sdc_sequence')}`,
    rootOf(plan),
  );
}

/** Notes the deletions among the staged root rows, which win by now, and takes back those that a newer record has overcome. */
export async function noteDeletes(connection: DuckDBConnection, plan: LoadPlan, root: TableLoad, staged: string): Promise<void> {
  if (plan.deletes === undefined || plan.version !== undefined) return;
  const at = BigInt(plan.batchedAt);
  await run(
    connection,
    `DELETE FROM ${tombstone} AS d WHERE d.schema_name = $1 AND d.root = $2
     AND (d.deleted_at < epoch_ms($3) OR d.key_text IN (SELECT ${keyText(root)} FROM ${staged} AS s))`,
    [...rootOf(plan), at - BigInt(keptMs)],
  );
  await run(
    connection,
    `INSERT INTO ${tombstone} (schema_name, root, key_text, sequence, deleted_at)
     SELECT $1, $2, ${keyText(root)}, s.c${positionOf(root, '_sdc_sequence')}, epoch_ms($3) FROM ${staged} AS s WHERE s.${isDeletion(root)}`,
    [...rootOf(plan), at],
  );
}

/** Forgets every deletion of the plan's root table: its rows are others now. */
export async function forgetDeletes(connection: DuckDBConnection, plan: LoadPlan): Promise<void> {
  await run(connection, `DELETE FROM ${tombstone} WHERE ${ofRoot}`, rootOf(plan));
}

function rootOf(plan: LoadPlan): Parameter[] {
  return [plan.schema, plan.ledger.key.root];
}

/** One text per key, each part behind its length; the same for the same key however its columns are ordered. */
function keyText(root: TableLoad): string {
  const parts = root.keyColumns.toSorted().map((key) => `CAST(s.c${positionOf(root, key)} AS VARCHAR)`);
  return parts.map((part) => `length(${part}) || ':' || ${part}`).join(' || ');
}
