import type { Client } from 'pg';
import { findLostRoot } from '../lost-root.ts';
import type { LostRoot } from '../lost-root.ts';
import type { CatalogueEntry, LoadPlan } from '../sink.ts';
import { writeCatalogue } from './catalogue.ts';
import { listTables } from './describe-tables.ts';
import { quoteTable } from './names.ts';
import { postgresSheet } from './sheet.ts';
import { selectText } from './sql.ts';
import { listVersions, writeActive } from './versions.ts';

/** Writes what `describeLost` found of the plan's root, which its load might make unrecognisable, and returns it. */
export async function restoreLost(client: Client, plan: LoadPlan, catalogue: readonly CatalogueEntry[]): Promise<LostRoot | undefined> {
  const { schema } = plan;
  const { root } = plan.ledger.key;
  const table = postgresSheet.cleanName(root);
  if (catalogue.some((entry) => entry.table === table) || (await listTables(client, schema, [table])).length === 0) return undefined;
  const lost = findLostRoot({ tables: await listTables(client, schema), catalogue, sheet: postgresSheet, root });
  if (lost === undefined) return undefined;
  await writeCatalogue(client, schema, lost.subtables, catalogue);
  const active = (await listVersions(client, schema)).has(root) ? undefined : await findVisibleVersion(client, schema, lost.table);
  if (active !== undefined) await writeActive(client, schema, root, active);
  return lost;
}

/** The newest version of a table's rows; version 0 is none. */
export async function findVisibleVersion(client: Client, schema: string, table: string): Promise<bigint | undefined> {
  const sql = `SELECT pg_catalog.max(_sdc_table_version)::text FROM ${quoteTable({ schema, table })} WHERE _sdc_table_version <> 0`;
  const [row] = await selectText(client, sql);
  return typeof row?.[0] === 'string' ? BigInt(row[0]) : undefined;
}
