import type { DuckDBConnection } from '@duckdb/node-api';
import { TableStoppedError } from '../errors.ts';
import type { ColumnSpec, DdlStep, LogicalType } from '../sink.ts';
import { foldName, quoteIdentifier, quoteTable } from './names.ts';
import type { Place } from './place.ts';
import { placeOf, quoteIn, systemSchema } from './place.ts';
import { createRejectedTable } from './rejected.ts';
import { run, selectText } from './sql.ts';
import { findLogicalType, sqlType } from './types.ts';
import { widenSql } from './widen.ts';

/** Applies one step of a plan. Every step may find itself done already (ADR 15) and then changes nothing. */
export async function applyDdl(
  connection: DuckDBConnection,
  schema: string,
  step: DdlStep,
  place = placeOf(schema, undefined),
): Promise<void> {
  switch (step.kind) {
    case 'create-schema':
      await run(connection, `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
      await createRejectedTable(connection, schema);
      return;
    case 'create-table': {
      const keys = new Set(step.key.map(foldName));
      const columns = step.columns.map((column) => columnSql(column) + (keys.has(foldName(column.name)) ? ' NOT NULL' : ''));
      if (place.schema === systemSchema) await dropUnregistered(connection, place.nameOf(step.table));
      // No PRIMARY KEY: an index makes upserts several times slower; keys live in the catalogue (ADR 6).
      await run(connection, `CREATE TABLE IF NOT EXISTS ${quoteIn(place, step.table)} (${columns.join(', ')})`);
      return;
    }
    case 'add-column':
      await run(connection, `ALTER TABLE ${quoteIn(place, step.table)} ADD COLUMN IF NOT EXISTS ${columnSql(step.column)}`);
      return;
    case 'rename-column':
      return renameColumn(connection, place, step);
    case 'change-type':
      return changeType(connection, place, step);
  }
}

/** A waiting table without its entry is what a load left that died before its rows, perhaps with other columns. */
async function dropUnregistered(connection: DuckDBConnection, storedName: string): Promise<void> {
  const found = await selectText(connection, 'SELECT stored_name FROM _thimble.waiting_table WHERE stored_name = $1', [storedName]);
  if (found.length === 0) await run(connection, `DROP TABLE IF EXISTS ${quoteTable(systemSchema, storedName)}`);
}

function columnSql(column: ColumnSpec): string {
  return `${quoteIdentifier(column.name)} ${sqlType(column.type)}`;
}

async function renameColumn(connection: DuckDBConnection, place: Place, step: Extract<DdlStep, { kind: 'rename-column' }>): Promise<void> {
  const present = await readColumns(connection, place, step.table);
  const from = present.has(foldName(step.from));
  const to = present.has(foldName(step.to));
  if (!from && to) return;
  if (from === to) {
    throw new TableStoppedError(
      `Column ${step.from} of ${step.table} cannot become ${step.to}: ${from ? 'both exist' : 'neither exists'}.`,
    );
  }
  const table = quoteIn(place, step.table);
  await run(connection, `ALTER TABLE ${table} RENAME COLUMN ${quoteIdentifier(step.from)} TO ${quoteIdentifier(step.to)}`);
}

async function changeType(connection: DuckDBConnection, place: Place, step: Extract<DdlStep, { kind: 'change-type' }>): Promise<void> {
  const { name, type } = step.column;
  const present = await readColumns(connection, place, step.table);
  const held = present.get(foldName(name));
  if (held === type) return;
  if (held !== step.from) throw new TableStoppedError(`Column ${name} of ${step.table} cannot become ${type}: it is not ${step.from}.`);
  const column = quoteIdentifier(name);
  const change = `ALTER COLUMN ${column} SET DATA TYPE ${sqlType(type)} USING ${widenSql(column, step.from, type)}`;
  await run(connection, `ALTER TABLE ${quoteIn(place, step.table)} ${change}`);
}

/** The columns of a table by folded name, with the logical type of each that has one. */
async function readColumns(connection: DuckDBConnection, place: Place, table: string): Promise<Map<string, LogicalType | undefined>> {
  const rows = await selectText(
    connection,
    'SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = current_database() AND lower(schema_name) = lower($1) AND lower(table_name) = lower($2)',
    [place.schema, place.nameOf(table)],
  );
  return new Map(rows.map(([name, dataType]) => [foldName(name ?? ''), findLogicalType(dataType ?? '')]));
}
