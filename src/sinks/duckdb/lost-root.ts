import type { DuckDBConnection } from '@duckdb/node-api';
import { findLostRoot } from '../lost-root.ts';
import type { LostRoot } from '../lost-root.ts';
import type { CatalogueEntry, LoadPlan, SchemaDescription } from '../sink.ts';
import { writeCatalogue } from './catalogue.ts';
import { describeTables } from './describe-tables.ts';
import type { KnownTables } from './known-tables.ts';
import { tablesOfRoot } from './known-tables.ts';
import { foldName, quoteTable } from './names.ts';
import type { Session } from './session.ts';
import { duckDbSheet } from './sheet.ts';
import { selectText } from './sql.ts';
import { createVersionTables, findActiveVersion, writeActiveVersion } from './versions.ts';

/** Writes what `describeLost` found of the plan's root, which its load might make unrecognisable, and returns it. */
export async function restoreLost(
  { connection, known }: Session,
  plan: LoadPlan,
  catalogue: readonly CatalogueEntry[],
): Promise<LostRoot | undefined> {
  const { schema } = plan;
  const { root } = plan.ledger.key;
  const table = foldName(duckDbSheet.cleanName(root));
  if (catalogue.some((entry) => foldName(entry.table) === table)) return undefined;
  const tables = await presentTables(connection, known, plan);
  const lost = findLostRoot({ tables, catalogue, sheet: duckDbSheet, root });
  if (lost === undefined) return undefined;
  await writeCatalogue(connection, schema, root, lost.subtables, catalogue);
  await createVersionTables(connection);
  if ((await findActiveVersion(connection, schema, root)) !== undefined) return lost;
  const active = await findVisibleVersion(connection, schema, lost.table);
  if (active !== undefined) await writeActiveVersion(connection, schema, root, active);
  return lost;
}

async function presentTables(connection: DuckDBConnection, known: KnownTables, plan: LoadPlan): Promise<SchemaDescription['tables']> {
  const tables = tablesOfRoot(await known.names(connection), plan.schema, duckDbSheet.cleanName(plan.ledger.key.root));
  return describeTables(connection, plan.schema, tables.toSorted());
}

/** The newest version of a table's rows; version 0 is none. */
export async function findVisibleVersion(connection: DuckDBConnection, schema: string, table: string): Promise<bigint | undefined> {
  const sql = `SELECT max(_sdc_table_version)::VARCHAR FROM ${quoteTable(schema, table)} WHERE _sdc_table_version <> 0`;
  const [row] = await selectText(connection, sql);
  return typeof row?.[0] === 'string' ? BigInt(row[0]) : undefined;
}
