import type { Client } from 'pg';
import { createCatalogue } from './catalogue.ts';
import { createLedger } from './ledger.ts';
import { quoteIdentifier } from './names.ts';
import { run, selectText } from './sql.ts';
import { createVersions, createWaitingTables } from './versions.ts';

const tables = ['catalogue', 'ledger', 'version', 'waiting_table'];

/** Creates schema `_thimble` with its tables unless they are there. */
export async function createSystemTables(client: Client): Promise<void> {
  if (await hasSystemTables(client)) return;
  await lockSchemas(client);
  await createSchema(client, '_thimble');
  for (const definition of [createLedger, createCatalogue, createVersions, createWaitingTables]) await run(client, definition);
}

/** Whether the tables of `_thimble` are there; a new database has none, and a user may have dropped them. */
export async function hasSystemTables(client: Client): Promise<boolean> {
  const [row] = await selectText(
    client,
    `SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = '_thimble' AND c.relkind = 'r' AND c.relname = ANY ($1)`,
    [tables],
  );
  return Number(row?.[0]) === tables.length;
}

/** Creates a schema unless it is there. Only then the privilege to create schemas is needed, which IF NOT EXISTS would ask for always. */
export async function createSchema(client: Client, schema: string): Promise<void> {
  const found = await selectText(client, 'SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1', [schema]);
  if (found.length === 0) await run(client, `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
}

/** Lets one transaction at a time create what several might: IF NOT EXISTS does not help two at once. Held until it ends. */
export async function lockSchemas(client: Client): Promise<void> {
  await run(client, `SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('thimble schemas'))`);
}
