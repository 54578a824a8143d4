import type { Client } from 'pg';
import type { LoadPlan } from '../sink.ts';
import type { PostgresConfig } from './config.ts';
import { copyRows } from './copy-rows.ts';
import { quoteTable } from './names.ts';
import { run } from './sql.ts';
import { cellColumn, textColumn } from './staged-columns.ts';
import { insertStoredRejects } from './stored-rejects.ts';
import { sqlType } from './types.ts';

const rejectedTable = '_sdc_rejected';

/** Creates `_sdc_rejected` of a schema unless it is there (loading.md §9.1). */
export async function createRejectedTable(client: Client, schema: string, timestamps: PostgresConfig['timestamps']): Promise<void> {
  const columns = `_sdc_rejected_at ${sqlType('date', timestamps)}, table_name text, reason text, record text`;
  await run(client, `CREATE TABLE IF NOT EXISTS ${quoteTable({ schema, table: rejectedTable })} (${columns})`);
}

/** Adds the rejects of a plan to `_sdc_rejected`, for users, and to `_thimble`, for replay. */
export async function insertRejects(client: Client, plan: LoadPlan, timestamps: PostgresConfig['timestamps']): Promise<void> {
  const { rejects, schema } = plan;
  if (rejects.length === 0) return;
  await createRejectedTable(client, schema, timestamps);
  const columns = [
    cellColumn('_sdc_rejected_at', 'date', new BigInt64Array(rejects.length).fill(BigInt(plan.batchedAt) * 1000n)),
    textColumn('table_name', rejects, ({ table }) => table),
    textColumn('reason', rejects, ({ reason }) => reason),
    textColumn('record', rejects, ({ record }) => record),
  ];
  const target = `${quoteTable({ schema, table: rejectedTable })} (${columns.map(({ name }) => name).join(', ')})`;
  await copyRows(client, target, columns, rejects.length);
  await insertStoredRejects(client, plan);
}
