import type { DuckDBConnection } from '@duckdb/node-api';
import type { LoadPlan, RejectChange, RejectQuery, StoredReject } from '../sink.ts';
import { firstFitting, rejectCondition, toStoredReject } from '../stored-reject.ts';
import type { Parameter } from './sql.ts';
import { selectText } from './sql.ts';

const stored = '_thimble.reject';

/** The definition of the stored rejects; `payload` is base64, `changed_at` is when the state last changed. */
export const createStoredRejects = `CREATE TABLE IF NOT EXISTS ${stored} (
  id BIGINT NOT NULL, schema_name VARCHAR NOT NULL, source_id BIGINT NOT NULL, root VARCHAR NOT NULL, table_name VARCHAR NOT NULL,
  rejected_at TIMESTAMP NOT NULL, reason VARCHAR NOT NULL, scope VARCHAR NOT NULL, sequence BIGINT NOT NULL, payload VARCHAR NOT NULL,
  state VARCHAR NOT NULL, changed_at TIMESTAMP NOT NULL)`;

/**
 * The statement that keeps the rejects of a plan with its load, from rows of table, reason, scope, sequence and payload. Loads into one
 * file take turns, so that ids rise without a sequence.
 */
export function insertStoredRejects(plan: LoadPlan, rows: string): { readonly sql: string; readonly parameters: readonly Parameter[] } {
  const { sourceId, root } = plan.ledger.key;
  return {
    sql: `INSERT INTO ${stored}
     (id, schema_name, source_id, root, table_name, rejected_at, reason, scope, sequence, payload, state, changed_at)
     SELECT (SELECT coalesce(max(id), 0) FROM ${stored}) + r + 1, $1, $2, $3, c0, epoch_ms($4), c1, c2, c3, c4, 'rejected', epoch_ms($4)
     FROM ${rows}`,
    parameters: [plan.schema, BigInt(sourceId), root, BigInt(plan.batchedAt)],
  };
}

/** One page of the rejects a query means. */
export async function listStoredRejects(connection: DuckDBConnection, query: RejectQuery): Promise<StoredReject[]> {
  if (!(await isThere(connection))) return [];
  const { where, parameters } = rejectCondition(query);
  const order = query.order === 'oldest' ? 'ORDER BY id' : 'ORDER BY id DESC';
  const sizes = await selectText(
    connection,
    `SELECT id::VARCHAR, length(payload)::VARCHAR FROM ${stored} ${where} ${order} LIMIT ${Math.trunc(query.limit)}`,
    parameters,
  );
  const ids = firstFitting(sizes, query.payloadBytes);
  if (ids.length === 0) return [];
  const payload = query.payloadBytes === undefined ? 'NULL::VARCHAR' : 'payload';
  const rows = await selectText(
    connection,
    `SELECT id::VARCHAR, root, table_name, epoch_ms(rejected_at)::VARCHAR, reason, scope, sequence::VARCHAR, state, ${payload}
     FROM ${stored} WHERE id IN (${ids.join(', ')}) ${order}`,
  );
  return rows.map(toStoredReject);
}

/** Changes the state of those that have the expected one, and returns their ids. */
export async function markStoredRejects(connection: DuckDBConnection, change: RejectChange): Promise<number[]> {
  if (change.ids.length === 0 || !(await isThere(connection))) return [];
  const rows = await selectText(
    connection,
    `UPDATE ${stored} SET state = $1, changed_at = epoch_ms($2)
     WHERE schema_name = $3 AND source_id = $4 AND state = $5 AND id IN (${change.ids.map(Math.trunc).join(', ')}) RETURNING id::VARCHAR`,
    [change.to, BigInt(change.at), change.schema, BigInt(change.sourceId), change.from],
  );
  return rows.map(([id]) => Number(id)).toSorted((a, b) => a - b);
}

async function isThere(connection: DuckDBConnection): Promise<boolean> {
  const sql = `SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = '_thimble' AND table_name = 'reject'`;
  return (await selectText(connection, sql)).length > 0;
}
