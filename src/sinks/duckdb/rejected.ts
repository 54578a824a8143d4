import type { DuckDBConnection } from '@duckdb/node-api';
import type { LoadPlan, RejectRow, StagedColumn } from '../sink.ts';
import { quoteTable } from './names.ts';
import { run } from './sql.ts';
import { stageRows } from './stage.ts';
import { storeStagedRejects } from './stored-rejects.ts';

const rejectedTable = '_sdc_rejected';
const stagedName = 'stage_rejected';

/** Creates `_sdc_rejected` of a schema unless it is there (loading.md §9.1). */
export async function createRejectedTable(connection: DuckDBConnection, schema: string): Promise<void> {
  const columns = '_sdc_rejected_at TIMESTAMP, table_name VARCHAR, reason VARCHAR, record VARCHAR';
  await run(connection, `CREATE TABLE IF NOT EXISTS ${quoteTable(schema, rejectedTable)} (${columns})`);
}

/** Stages rejects beside the tables, before the transaction begins: `c0` table, `c1` reason, `c2` record, `c3` scope, `c4` sequence, `c5` payload. */
export async function stageRejects(connection: DuckDBConnection, rejects: readonly RejectRow[]): Promise<void> {
  if (rejects.length === 0) return;
  const columns = [
    textColumn('table_name', rejects, (row) => row.table),
    textColumn('reason', rejects, (row) => row.reason),
    textColumn('record', rejects, (row) => row.record),
    textColumn('scope', rejects, (row) => row.scope),
    sequenceColumn(rejects),
    textColumn('payload', rejects, (row) => Buffer.from(row.payload).toString('base64')),
  ];
  await stageRows(connection, stagedName, { rows: rejects.length, columns });
}

/** Moves staged rejects into `_sdc_rejected`, for users, and into `_thimble`, for replay. */
export async function insertRejects(connection: DuckDBConnection, plan: LoadPlan): Promise<void> {
  if (plan.rejects.length === 0) return;
  await createRejectedTable(connection, plan.schema);
  const target = `${quoteTable(plan.schema, rejectedTable)} (_sdc_rejected_at, table_name, reason, record)`;
  await run(connection, `INSERT INTO ${target} SELECT epoch_ms($1), c0, c1, c2 FROM temp.main.${stagedName}`, [BigInt(plan.batchedAt)]);
  await storeStagedRejects(connection, plan, `temp.main.${stagedName}`);
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
