import type { DuckDBConnection } from '@duckdb/node-api';
import type { LoadPlan, RejectRow, StagedColumn } from '../sink.ts';
import { quoteTable } from './names.ts';
import type { Session } from './session.ts';
import { run } from './sql.ts';
import { stagedRows } from './stage.ts';
import { insertStoredRejects } from './stored-rejects.ts';

export const rejectedTable = '_sdc_rejected';

/** Creates `_sdc_rejected` of a schema unless it is there (loading.md §9.1). */
export async function createRejectedTable(connection: DuckDBConnection, schema: string): Promise<void> {
  const columns = '_sdc_rejected_at TIMESTAMP, table_name VARCHAR, reason VARCHAR, record VARCHAR';
  await run(connection, `CREATE TABLE IF NOT EXISTS ${quoteTable(schema, rejectedTable)} (${columns})`);
}

/** Inserts the rejects of a plan into `_sdc_rejected`, for users, and into `_thimble`, for replay. */
export async function insertRejects({ connection, stage }: Session, plan: LoadPlan): Promise<void> {
  const { schema, rejects, batchedAt } = plan;
  const rows = rejects.length;
  if (rows === 0) return;
  await createRejectedTable(connection, schema);
  const shared = [textColumn('table_name', rejects, (row) => row.table), textColumn('reason', rejects, (row) => row.reason)];
  const shown = [...shared, textColumn('record', rejects, (row) => row.record)];
  const target = `${quoteTable(schema, rejectedTable)} (_sdc_rejected_at, table_name, reason, record)`;
  const sql = `INSERT INTO ${target} SELECT epoch_ms($1), c0, c1, c2 FROM ${stagedRows}`;
  const kept = [
    ...shared,
    textColumn('scope', rejects, (row) => row.scope),
    sequenceColumn(rejects),
    textColumn('payload', rejects, (row) => Buffer.from(row.payload).toString('base64')),
  ];
  const stored = insertStoredRejects(plan, stagedRows);
  const inserted = [
    await stage.run(connection, { rows, columns: shown }, sql, [BigInt(batchedAt)]),
    await stage.run(connection, { rows, columns: kept }, stored.sql, stored.parameters),
  ];
  if (inserted.some((count) => count !== rows)) throw new Error('Not every rejected record was inserted.');
}

function sequenceColumn(rows: readonly RejectRow[]): StagedColumn {
  const cells = BigInt64Array.from(rows, ({ sequence }) => sequence);
  return { name: 'sequence', type: 'bigint', valid: new Uint8Array(rows.length).fill(1), cells: new Uint8Array(cells.buffer) };
}

function textColumn(name: string, rows: readonly RejectRow[], pick: (row: RejectRow) => string): StagedColumn {
  const parts = rows.map((row) => Buffer.from(pick(row)));
  const ends = new Uint32Array(rows.length);
  let end = 0;
  for (const [index, part] of parts.entries()) ends[index] = end += part.length;
  const starts = new Uint32Array(rows.length);
  starts.set(ends.subarray(0, -1), 1);
  return { name, type: 'string', valid: new Uint8Array(rows.length).fill(1), text: { bytes: Buffer.concat(parts), starts, ends } };
}
