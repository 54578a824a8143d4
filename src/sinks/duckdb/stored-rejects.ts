import type { DuckDBConnection } from '@duckdb/node-api';
import type { LoadPlan, RejectChange, RejectQuery, RejectScope, RejectState, StoredReject } from '../sink.ts';
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
  const { where, parameters } = conditionOf(query);
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
  return rows.map(toReject);
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

function conditionOf(query: RejectQuery): { where: string; parameters: Parameter[] } {
  const parameters: Parameter[] = [query.schema, BigInt(query.sourceId)];
  const conditions = ['schema_name = $1', 'source_id = $2', `state IN (${query.states.map((state) => `'${state}'`).join(', ')})`];
  const add = (value: Parameter, condition: (place: string) => string): void => {
    conditions.push(condition(`$${parameters.push(value)}`));
  };
  if (query.wholeOnly) conditions.push(`scope <> 'column'`);
  if (query.table !== undefined) add(query.table, (place) => `(root = ${place} OR table_name = ${place})`);
  if (query.after !== undefined) add(BigInt(query.after), (place) => (query.order === 'oldest' ? `id > ${place}` : `id < ${place}`));
  if (query.upTo !== undefined) add(BigInt(query.upTo), (place) => `id <= ${place}`);
  return { where: `WHERE ${conditions.join(' AND ')}`, parameters };
}

function firstFitting(sizes: readonly (readonly (string | null)[])[], maxBytes: number | undefined): number[] {
  let bytes = 0;
  const fitting = sizes.findIndex(([, length]) => (bytes += Number(length)) > (maxBytes ?? Infinity));
  const count = fitting === -1 ? sizes.length : Math.max(1, fitting);
  return sizes.slice(0, count).map(([id]) => Number(id));
}

function toReject([id, root, table, rejectedAt, reason, scope, sequence, state, payload]: (string | null)[]): StoredReject {
  return {
    id: Number(id),
    root: root ?? '',
    table: table ?? '',
    rejectedAt: Number(rejectedAt),
    reason: reason ?? '',
    scope: scope as RejectScope,
    sequence: BigInt(sequence ?? '0'),
    state: state as RejectState,
    // A copy of its own: what Buffer makes lies in a pool that would travel between threads whole.
    payload: payload === null || payload === undefined ? undefined : new Uint8Array(Buffer.from(payload, 'base64')),
  };
}
