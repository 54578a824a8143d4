import type { Client } from 'pg';
import { TableStoppedError } from '../errors.ts';
import type { LoadPlan, LogicalType, StagedColumn, TableLoad } from '../sink.ts';
import { copyRows } from './copy-rows.ts';
import { digestOf } from './names.ts';
import { run, selectText } from './sql.ts';
import { sqlType } from './types.ts';

/** Rows of one destination table in `_thimble`, on their way. */
export interface Staged {
  /** Qualified name of the staging table. */
  readonly from: string;
  readonly rows: number;
  /** Names in the destination, and the staging table's column for each. */
  readonly columns: ReadonlyMap<string, string>;
}

/** Most columns a table can have. */
const maxColumns = 1600;
const prefixes: Readonly<Record<LogicalType, string>> = { bigint: 'i', double: 'd', number: 'n', boolean: 'b', string: 's', date: 't' };

/**
 * Fills the staging table of one destination table with the parts of its rows. The staging table is unlogged, kept for the next load and
 * empty between loads; its columns are a pool per type, so that it seldom changes, whatever columns a load has.
 */
export async function stageRows(client: Client, plan: LoadPlan, parts: readonly TableLoad[]): Promise<Staged> {
  const [first, ...more] = parts;
  if (first === undefined) throw new RangeError('A table has no rows to stage.');
  const table = `_thimble.stage_${digestOf(JSON.stringify([plan.schema, String(plan.version ?? ''), first.table]))}`;
  const firstColumns = first.columns;
  const pooled = poolColumns(firstColumns);
  await prepareTable(client, table, firstColumns, pooled);
  const columns = new Map(firstColumns.map((column, index) => [column.name, pooled[index] ?? '']));
  const target = `${table} (${pooled.join(', ')})`;
  await copyRows(client, target, firstColumns, first.rows);
  for (const part of more) {
    const partColumns = part.columns;
    if (partColumns.some((column, index) => column.name !== firstColumns[index]?.name))
      throw new Error(`The parts of ${part.table} differ in columns.`);
    await copyRows(client, target, partColumns, part.rows);
  }
  return { from: table, rows: parts.reduce((sum, { rows }) => sum + rows, 0), columns };
}

/** Empties staging tables, in the transaction that used them. */
export async function emptyStages(client: Client, staged: readonly Staged[]): Promise<void> {
  if (staged.length > 0) await run(client, `TRUNCATE ${staged.map(({ from }) => from).join(', ')}`);
}

/** The staging column of a destination column. */
export function getStagedColumn({ from, columns }: Staged, name: string): string {
  const column = columns.get(name);
  if (column === undefined) throw new Error(`Column ${name} is not staged in ${from}.`);
  return column;
}

/** The column of the pool that each column takes: `i0`, `i1`, `s0`, … */
function poolColumns(columns: readonly StagedColumn[]): string[] {
  const taken = new Map<LogicalType, number>();
  return columns.map(({ type }) => {
    const index = taken.get(type) ?? 0;
    taken.set(type, index + 1);
    return `${prefixes[type]}${index}`;
  });
}

/** Makes the table ready and locks it: another installation may load the same table. */
async function prepareTable(client: Client, table: string, columns: readonly StagedColumn[], pooled: readonly string[]): Promise<void> {
  const definition = (index: number): string => `${pooled[index]} ${sqlType(columns[index]?.type ?? 'string', 'without-zone')}`;
  let present = await listColumns(client, table);
  const missing = pooled.flatMap((name, index) => (present.includes(name) ? [] : [definition(index)]));
  if (present.length > 0 && present.length + missing.length > maxColumns) {
    await run(client, `DROP TABLE ${table}`);
    present = [];
  }
  if (columns.length > maxColumns) throw new TableStoppedError('ERROR: too many columns');
  if (present.length === 0) {
    const definitions = pooled.map((_, index) => definition(index));
    await run(client, `CREATE UNLOGGED TABLE ${table} (${definitions.join(', ')}) WITH (autovacuum_enabled = false)`);
    return;
  }
  await run(client, `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  if (missing.length > 0)
    await run(client, `ALTER TABLE ${table} ${missing.map((column) => `ADD COLUMN IF NOT EXISTS ${column}`).join(', ')}`);
  const [row] = await selectText(client, 'SELECT pg_catalog.pg_relation_size($1::regclass)', [table]);
  if (row?.[0] !== '0') await run(client, `TRUNCATE ${table}`);
}

async function listColumns(client: Client, table: string): Promise<string[]> {
  const rows = await selectText(
    client,
    'SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass($1) AND attnum > 0 AND NOT attisdropped',
    [table],
  );
  return rows.map(([name]) => name ?? '');
}
