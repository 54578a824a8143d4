import type { DuckDBConnection } from '@duckdb/node-api';
import type { LoadPlan, TableLoad } from '../sink.ts';
import { deciding, keyName } from './deciding.ts';
import { foldName } from './names.ts';
import type { Parameter } from './sql.ts';
import { run } from './sql.ts';

const tombstone = '_thimble.tombstone';
const ofRoot = 'schema_name = $1 AND root = $2';

/** A record older than the deletion of its row that comes later than this brings the row back. */
const keptMs = 30 * 86_400_000;

/** The definition of the tombstones: for each deleted key of a root table the sequence of the record that deleted it. */
export const createTombstones = `CREATE TABLE IF NOT EXISTS ${tombstone} (
  schema_name VARCHAR NOT NULL, root VARCHAR NOT NULL, key_text VARCHAR NOT NULL, sequence BIGINT NOT NULL, deleted_at TIMESTAMP NOT NULL)`;

/** Drops deciding rows that are not newer than the deletion of their key. Returns how many. */
export async function dropDeletedRows(connection: DuckDBConnection, plan: LoadPlan, root: TableLoad): Promise<number> {
  if (plan.deletes === undefined) return 0;
  // Dropping a table is how its owner starts it anew.
  if (plan.ddl.some((step) => step.kind === 'create-table' && foldName(step.table) === foldName(root.table)))
    await forgetDeletes(connection, plan);
  return run(
    connection,
    `DELETE FROM ${deciding} AS s USING ${tombstone} AS d
     WHERE d.schema_name = $1 AND d.root = $2 AND d.key_text = ${keyText(root)} AND d.sequence >= s.sequence`,
    rootOf(plan),
  );
}

/**
 * Notes the deletions among the deciding rows, which win by now, takes back those that a newer record has overcome, and drops them from
 * the deciding rows. Returns how many there were.
 */
export async function noteDeletes(connection: DuckDBConnection, plan: LoadPlan, root: TableLoad): Promise<number> {
  if (plan.deletes === undefined) return 0;
  const at = BigInt(plan.batchedAt);
  await run(
    connection,
    `DELETE FROM ${tombstone} AS d WHERE d.schema_name = $1 AND d.root = $2
     AND (d.deleted_at < epoch_ms($3) OR d.key_text IN (SELECT ${keyText(root)} FROM ${deciding} AS s))`,
    [...rootOf(plan), at - BigInt(keptMs)],
  );
  await run(
    connection,
    `INSERT INTO ${tombstone} (schema_name, root, key_text, sequence, deleted_at)
     SELECT $1, $2, ${keyText(root)}, s.sequence, epoch_ms($3) FROM ${deciding} AS s WHERE s.deleted`,
    [...rootOf(plan), at],
  );
  return run(connection, `DELETE FROM ${deciding} WHERE deleted`);
}

/** Notes that stored rows `t` are deleted: `source` is what follows FROM, `keys` their key columns in the order of their names. */
export async function noteDeletedRows(
  connection: DuckDBConnection,
  plan: LoadPlan,
  keys: readonly string[],
  source: string,
): Promise<void> {
  await run(
    connection,
    `INSERT INTO ${tombstone} (schema_name, root, key_text, sequence, deleted_at)
     SELECT $1, $2, ${textOfKey(keys)}, t._sdc_sequence, epoch_ms($3) FROM ${source}`,
    [...rootOf(plan), BigInt(plan.batchedAt)],
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
  return textOfKey(root.keyColumns.toSorted().map((key) => `s.${keyName(root.keyColumns.indexOf(key))}`));
}

function textOfKey(columns: readonly string[]): string {
  const parts = columns.map((column) => `CAST(${column} AS VARCHAR)`);
  return parts.map((part) => `length(${part}) || ':' || ${part}`).join(' || ');
}
