import type { Client } from 'pg';
import type { LoadPlan, RejectRow, StagedColumn } from '../sink.ts';
import type { PostgresConfig } from './config.ts';
import { copyRows } from './copy-rows.ts';
import { quoteTable } from './names.ts';
import { run } from './sql.ts';
import { sqlType } from './types.ts';

const rejectedTable = '_sdc_rejected';

/** Creates `_sdc_rejected` of a schema unless it is there (loading.md §9.1). */
export async function createRejectedTable(client: Client, schema: string, timestamps: PostgresConfig['timestamps']): Promise<void> {
  const columns = `_sdc_rejected_at ${sqlType('date', timestamps)}, table_name text, reason text, record text`;
  await run(client, `CREATE TABLE IF NOT EXISTS ${quoteTable({ schema, table: rejectedTable })} (${columns})`);
}

/** Appends the rejects of a plan to `_sdc_rejected`. */
export async function insertRejects(client: Client, plan: LoadPlan, timestamps: PostgresConfig['timestamps']): Promise<void> {
  const { rejects, schema } = plan;
  if (rejects.length === 0) return;
  await createRejectedTable(client, schema, timestamps);
  const rejectedAt = new BigInt64Array(rejects.length).fill(BigInt(plan.batchedAt) * 1000n);
  const columns: StagedColumn[] = [
    { name: '_sdc_rejected_at', type: 'date', valid: allValid(rejects.length), cells: new Uint8Array(rejectedAt.buffer) },
    textColumn('table_name', rejects, (row) => row.table),
    textColumn('reason', rejects, (row) => row.reason),
    textColumn('record', rejects, (row) => row.record),
  ];
  const target = `${quoteTable({ schema, table: rejectedTable })} (${columns.map(({ name }) => name).join(', ')})`;
  await copyRows(client, target, columns, rejects.length);
}

function textColumn(name: string, rows: readonly RejectRow[], pick: (row: RejectRow) => string): StagedColumn {
  const parts = rows.map((row) => Buffer.from(pick(row)));
  const ends = new Uint32Array(rows.length);
  let end = 0;
  for (const [index, part] of parts.entries()) ends[index] = end += part.length;
  const starts = new Uint32Array(rows.length);
  starts.set(ends.subarray(0, -1), 1);
  return { name, type: 'string', valid: allValid(rows.length), text: { bytes: Buffer.concat(parts), starts, ends } };
}

function allValid(rows: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(rows).fill(1);
}
