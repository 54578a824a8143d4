import type { Client } from 'pg';
import { createCatalogue } from './catalogue.ts';
import { createLedger } from './ledger.ts';
import { quoteIdentifier } from './names.ts';
import { run, selectText } from './sql.ts';
import { createStoredRejects } from './stored-rejects.ts';
import { createTombstones, indexTombstones } from './tombstones.ts';
import { createVersions, createWaitingTables } from './versions.ts';

/** What a load is planned with. */
const ledgerTables = ['catalogue', 'ledger', 'version', 'waiting_table'];
const systemTables = [...ledgerTables, 'reject', 'tombstone'];
const definitions = [
  createLedger,
  createCatalogue,
  createVersions,
  createWaitingTables,
  createStoredRejects,
  createTombstones,
  indexTombstones,
];

/** Creates schema `_thimble` with its tables unless they are there; those of an earlier release lack some, and a user may have dropped some. */
export async function createSystemTables(client: Client): Promise<void> {
  if (await hasTables(client, systemTables)) return;
  await lockSchemas(client);
  await createSchema(client, '_thimble');
  for (const definition of definitions) await run(client, definition);
}

/** Whether there is what a load is planned with; a new database has nothing. */
export function hasLedgerTables(client: Client): Promise<boolean> {
  return hasTables(client, ledgerTables);
}

async function hasTables(client: Client, tables: readonly string[]): Promise<boolean> {
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
