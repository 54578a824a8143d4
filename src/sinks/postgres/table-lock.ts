import type { Client } from 'pg';
import { digestOf } from './names.ts';
import { run } from './sql.ts';

/**
 * Lets one transaction at a time make or change a destination table, its staging table or its waiting ones: another installation may load
 * the same table, and of two that both find it missing one would fail. Held until the transaction ends; roots come before their subtables.
 */
export async function lockTable(client: Client, schema: string, table: string): Promise<void> {
  const digest = BigInt(`0x${digestOf(['thimble table', schema, table].join('\n'), 16)}`);
  await run(client, 'SELECT pg_catalog.pg_advisory_xact_lock($1)', [String(BigInt.asIntN(64, digest))]);
}
