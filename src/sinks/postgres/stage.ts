import type { Client } from 'pg';
import type { LoadPlan, StagedColumn, TableLoad } from '../sink.ts';
import { copyRows } from './copy-rows.ts';
import { digestOf, quoteIdentifier } from './names.ts';
import { run, selectText } from './sql.ts';
import { layColumns, maxColumns, rowColumn } from './stage-layers.ts';
import type { Layer } from './stage-layers.ts';
import { lockTable } from './table-lock.ts';
import { cellColumn, flagColumn } from './staged-columns.ts';
import { sqlType } from './types.ts';
import { widenSql } from './widen.ts';

/** Rows of one destination table in `_thimble`, on their way. */
export interface Staged {
  /** Qualified name of the staging table; whatever is deleted from it is not on its way any more. */
  readonly from: string;
  readonly rows: number;
  /** Names in the destination, and the staging table's column for each that comes in its own type, such as keys. */
  readonly columns: ReadonlyMap<string, string>;
  /** Names in the destination, and SQL for the value of each in a query from `source`. */
  readonly values: ReadonlyMap<string, string>;
  readonly source: string;
  /** The staging table's column that says which rows are deletions. */
  readonly deleted: string | undefined;
  /** Every table that holds a part of the rows. */
  readonly tables: readonly string[];
}

/** No column of a client's has this name. */
const deletedName = '';

/**
 * Fills the staging table of one destination table with the parts of its rows. The staging table is unlogged, kept for the next load and
 * empty between loads; its columns are a pool per type, so that it seldom changes, whatever columns a load has.
 */
export async function stageRows(client: Client, plan: LoadPlan, parts: readonly TableLoad[]): Promise<Staged> {
  const [first, ...more] = parts;
  if (first === undefined) throw new RangeError('A table has no rows to stage.');
  const table = `_thimble.stage_${digestOf(JSON.stringify([plan.schema, first.table]))}`;
  const columns =
    plan.deletes !== undefined && first === plan.tables[0] ? [...first.columns, flagColumn(deletedName, plan.deletes)] : first.columns;
  const layers = layColumns(table, columns);
  await lockTable(client, plan.schema, first.table);
  for (const layer of layers) await prepareTable(client, layer, columns, layers.length > 1);
  await copyLayers(client, layers, columns, { first: 0, rows: first.rows });
  let rows = first.rows;
  for (const part of more) {
    const partColumns = part.columns;
    if (partColumns.some(({ name, type }, index) => name !== columns[index]?.name || type !== columns[index]?.type))
      throw new Error(`The parts of ${part.table} differ in columns.`);
    await copyLayers(client, layers, partColumns, { first: rows, rows: part.rows });
    rows += part.rows;
  }
  return { rows, ...describeStage(layers, columns) };
}

/** Empties staging tables, in the transaction that used them. */
export async function emptyStages(client: Client, staged: readonly Staged[]): Promise<void> {
  if (staged.length > 0) await run(client, `TRUNCATE ${[...new Set(staged.flatMap(({ tables }) => tables))].join(', ')}`);
}

/** The staging column of a destination column. */
export function getStagedColumn({ from, columns }: Staged, name: string): string {
  const column = columns.get(name);
  if (column === undefined) throw new Error(`Column ${name} is not staged in ${from}.`);
  return column;
}

/** SQL for: the stored row `t` has the key of the staged row `s`. */
export function sameKey(root: TableLoad, rows: Staged): string {
  return root.keyColumns.map((key) => `t.${quoteIdentifier(key)} = s.${getStagedColumn(rows, key)}`).join(' AND ');
}

function describeStage(layers: readonly [Layer, ...Layer[]], columns: readonly StagedColumn[]): Omit<Staged, 'rows'> {
  const [{ table: from, indexes, pooled }, ...others] = layers;
  const own = new Map(indexes.map((index, place) => [columns[index]?.name ?? '', pooled[place] ?? '']));
  const deleted = own.get(deletedName);
  const parts = new Map<string, string[]>();
  for (const { alias, indexes: held, pooled: names } of layers) {
    for (const [place, index] of held.entries()) {
      const { name = deletedName, type = 'string', target = type } = columns[index] ?? {};
      const value = widenSql(`${alias}.${names[place]}`, type, target);
      if (name !== deletedName) parts.set(name, [...(parts.get(name) ?? []), value]);
    }
  }
  own.delete(deletedName);
  return {
    from,
    columns: own,
    values: new Map(Array.from(parts, ([name, values]) => [name, values.length === 1 ? values.join() : `coalesce(${values.join(', ')})`])),
    source: [`${from} s`, ...others.map(({ table, alias }) => `JOIN ${table} ${alias} USING (${rowColumn})`)].join(' '),
    deleted,
    tables: layers.map(({ table }) => table),
  };
}

async function copyLayers(
  client: Client,
  layers: readonly Layer[],
  columns: readonly StagedColumn[],
  { first, rows }: { readonly first: number; readonly rows: number },
): Promise<void> {
  const numbers =
    layers.length === 1
      ? []
      : [
          cellColumn(
            rowColumn,
            'bigint',
            BigInt64Array.from({ length: rows }, (_, row) => BigInt(first + row)),
          ),
        ];
  for (const { table, indexes, pooled } of layers) {
    const held = indexes.flatMap((index) => columns.slice(index, index + 1));
    const names = [...pooled, ...numbers.map(({ name }) => name)];
    await copyRows(client, `${table} (${names.join(', ')})`, [...held, ...numbers], rows);
  }
}

/** Makes the table ready and locks it: another installation may load the same table. */
async function prepareTable(client: Client, layer: Layer, columns: readonly StagedColumn[], numbered: boolean): Promise<void> {
  const { table, indexes, pooled } = layer;
  const wanted = new Map(pooled.map((name, place) => [name, sqlType(columns[indexes[place] ?? -1]?.type ?? 'string', 'without-zone')]));
  if (numbered) wanted.set(rowColumn, 'bigint');
  let present = await listColumns(client, table);
  const definitionsOf = (names: readonly string[]): string[] => names.map((name) => `${name} ${wanted.get(name)}`);
  const missing = [...wanted.keys()].filter((name) => !present.includes(name));
  if (present.length > 0 && present.length + missing.length > maxColumns) {
    await run(client, `DROP TABLE ${table}`);
    present = [];
  }
  if (present.length === 0) {
    const definitions = definitionsOf([...wanted.keys()]);
    await run(client, `CREATE UNLOGGED TABLE ${table} (${definitions.join(', ')}) WITH (autovacuum_enabled = false)`);
    return;
  }
  await run(client, `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  if (missing.length > 0) {
    const added = definitionsOf(missing).map((column) => `ADD COLUMN IF NOT EXISTS ${column}`);
    await run(client, `ALTER TABLE ${table} ${added.join(', ')}`);
  }
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
