import type { Client } from 'pg';
import type { LoadPlan, RejectChange, RejectQuery, StoredReject } from '../sink.ts';
import { firstFitting, rejectCondition, toStoredReject } from '../stored-reject.ts';
import { copyRows } from './copy-rows.ts';
import { run, selectText } from './sql.ts';
import { binaryColumn, cellColumn, textColumn } from './staged-columns.ts';

const stored = '_thimble.reject';

/** The definition of the stored rejects; `changed_at` is when the state last changed. */
export const createStoredRejects = `CREATE TABLE IF NOT EXISTS ${stored} (
  id bigint NOT NULL PRIMARY KEY, schema_name text NOT NULL, source_id bigint NOT NULL, root text NOT NULL, table_name text NOT NULL,
  rejected_at timestamp without time zone NOT NULL, reason text NOT NULL, scope text NOT NULL, sequence bigint NOT NULL,
  payload bytea NOT NULL, state text NOT NULL, changed_at timestamp without time zone NOT NULL)`;

/** Keeps the rejects of a plan with its load. */
export async function insertStoredRejects(client: Client, plan: LoadPlan): Promise<void> {
  const { rejects, schema, ledger } = plan;
  const firstId = await nextId(client);
  const at = new BigInt64Array(rejects.length).fill(BigInt(plan.batchedAt) * 1000n);
  const columns = [
    cellColumn(
      'id',
      'bigint',
      BigInt64Array.from(rejects, (_, index) => firstId + BigInt(index)),
    ),
    textColumn('schema_name', rejects, () => schema),
    cellColumn('source_id', 'bigint', new BigInt64Array(rejects.length).fill(BigInt(ledger.key.sourceId))),
    textColumn('root', rejects, () => ledger.key.root),
    textColumn('table_name', rejects, ({ table }) => table),
    cellColumn('rejected_at', 'date', at),
    textColumn('reason', rejects, ({ reason }) => reason),
    textColumn('scope', rejects, ({ scope }) => scope),
    cellColumn(
      'sequence',
      'bigint',
      BigInt64Array.from(rejects, ({ sequence }) => sequence),
    ),
    binaryColumn('payload', rejects, ({ payload }) => payload),
    textColumn('state', rejects, () => 'rejected'),
    cellColumn('changed_at', 'date', at),
  ];
  await copyRows(client, `${stored} (${columns.map(({ name }) => name).join(', ')})`, columns, rejects.length);
}

/** Ids rise in the order of commits, so that a page that ends behind one never misses a lower one: held until the transaction ends. */
async function nextId(client: Client): Promise<bigint> {
  await run(client, `SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('thimble rejects'))`);
  const [row] = await selectText(client, `SELECT coalesce(max(id), 0) + 1 FROM ${stored}`);
  return BigInt(row?.[0] ?? '1');
}

/** One page of the rejects a query means. */
export async function listStoredRejects(client: Client, query: RejectQuery): Promise<StoredReject[]> {
  if (!(await isThere(client))) return [];
  const { where, parameters } = rejectCondition(query);
  const order = query.order === 'oldest' ? 'ORDER BY id' : 'ORDER BY id DESC';
  const sizes = await selectText(
    client,
    `SELECT id, octet_length(payload) FROM ${stored} ${where} ${order} LIMIT ${Math.trunc(query.limit)}`,
    parameters,
  );
  const ids = firstFitting(sizes, query.payloadBytes);
  if (ids.length === 0) return [];
  const payload = query.payloadBytes === undefined ? 'NULL' : `encode(payload, 'base64')`;
  const rows = await selectText(
    client,
    `SELECT id, root, table_name, (extract(epoch FROM rejected_at) * 1000)::bigint, reason, scope, sequence, state, ${payload}
       FROM ${stored} WHERE id = ANY ($1) ${order}`,
    [ids.map(String)],
  );
  return rows.map(toStoredReject);
}

/** Changes the state of those that have the expected one, and returns their ids. */
export async function markStoredRejects(client: Client, change: RejectChange): Promise<number[]> {
  if (change.ids.length === 0 || !(await isThere(client))) return [];
  const rows = await selectText(
    client,
    `UPDATE ${stored} SET state = $1, changed_at = $2
      WHERE schema_name = $3 AND source_id = $4 AND state = $5 AND id = ANY ($6) RETURNING id`,
    [change.to, new Date(change.at).toISOString(), change.schema, change.sourceId, change.from, change.ids.map(String)],
  );
  return rows.map(([id]) => Number(id)).toSorted((a, b) => a - b);
}

async function isThere(client: Client): Promise<boolean> {
  const [row] = await selectText(client, `SELECT pg_catalog.to_regclass('${stored}')`);
  return typeof row?.[0] === 'string';
}
