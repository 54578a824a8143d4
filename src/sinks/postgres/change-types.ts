import type { Client } from 'pg';
import { TableStoppedError } from '../errors.ts';
import type { DdlStep } from '../sink.ts';
import type { PostgresConfig } from './config.ts';
import { quoteIdentifier, quoteTable } from './names.ts';
import type { TablePlace } from './names.ts';
import { run, selectText } from './sql.ts';
import { findLogicalType, sqlType } from './types.ts';
import { widenSql } from './widen.ts';

type ChangeType = Extract<DdlStep, { kind: 'change-type' }>;

/** Widens columns of one table that are not wide yet, in one pass over its rows. Returns whether there were any: its rows are then written anew. */
export async function changeTypes(
  client: Client,
  place: TablePlace,
  steps: readonly ChangeType[],
  timestamps: PostgresConfig['timestamps'],
): Promise<boolean> {
  const table = quoteTable(place);
  const rows = await selectText(
    client,
    `SELECT attname, atttypid::bigint, atttypmod FROM pg_catalog.pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attname = ANY ($2)`,
    [table, steps.map(({ column }) => column.name)],
  );
  const held = new Map(rows.map(([name, type, modifier]) => [name, findLogicalType(Number(type), Number(modifier))]));
  const changes = steps.flatMap(({ table: name, column, from }) => {
    const type = held.get(column.name);
    if (type === column.type) return [];
    if (type !== from) throw new TableStoppedError(`Column ${column.name} of ${name} cannot become ${column.type}: it is not ${from}.`);
    const quoted = quoteIdentifier(column.name);
    return [`ALTER COLUMN ${quoted} TYPE ${sqlType(column.type, timestamps)} USING ${widenSql(quoted, from, column.type)}`];
  });
  if (changes.length > 0) await run(client, `ALTER TABLE ${table} ${changes.join(', ')}`);
  return changes.length > 0;
}
