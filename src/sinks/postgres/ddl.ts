import type { Client } from 'pg';
import { TableStoppedError } from '../errors.ts';
import type { ColumnSpec, DdlStep } from '../sink.ts';
import { changeTypes } from './change-types.ts';
import type { PostgresConfig } from './config.ts';
import { quoteIdentifier, quoteTable } from './names.ts';
import type { TablePlace } from './names.ts';
import { createRejectedTable } from './rejected.ts';
import { run, selectText } from './sql.ts';
import { createSchema, lockSchemas } from './system-tables.ts';
import { lockTable } from './table-lock.ts';
import { sqlType } from './types.ts';

/** Where the tables of a plan are, and how new columns are made. */
export interface DdlTarget {
  readonly schema: string;
  readonly timestamps: PostgresConfig['timestamps'];
  placeOf(table: string): TablePlace;
}

type ColumnStep = Extract<DdlStep, { kind: 'add-column' | 'change-type' }>;

/** Columns an index can have at most; a wider key is kept by the catalogue alone. */
const maxIndexColumns = 32;

/** Tables whose rows are all of this transaction. */
export interface TouchedTables {
  readonly created: ReadonlySet<string>;
  /** A change of type writes every row anew. */
  readonly rewritten: ReadonlySet<string>;
}

/** Applies the steps of a plan in order. Every step may find itself done already (ADR 15) and then changes nothing. */
export async function applyDdl(client: Client, target: DdlTarget, steps: readonly DdlStep[]): Promise<TouchedTables> {
  const created = new Set<string>();
  const rewritten = new Set<string>();
  for (let index = 0; index < steps.length; index += 1) {
    const step = steps[index];
    switch (step?.kind) {
      case undefined:
        break;
      case 'create-schema':
        await lockSchemas(client);
        await createSchema(client, target.schema);
        await createRejectedTable(client, target.schema, target.timestamps);
        break;
      case 'create-table':
        if (await createTable(client, target, step)) created.add(step.table);
        break;
      case 'add-column': {
        const group = takeNeighbours(steps, index, step);
        index += group.length - 1;
        const added = group.map(({ column }) => `ADD COLUMN IF NOT EXISTS ${columnSql(target, column)}`);
        await run(client, `ALTER TABLE ${quoteTable(target.placeOf(step.table))} ${added.join(', ')}`);
        break;
      }
      case 'rename-column':
        await renameColumn(client, target, step);
        break;
      case 'change-type': {
        const group = takeNeighbours(steps, index, step);
        index += group.length - 1;
        if (await changeTypes(client, target.placeOf(step.table), group, target.timestamps)) rewritten.add(step.table);
        break;
      }
    }
  }
  return { created, rewritten };
}

/** Steps from `index` on of one kind on one table, for one statement: each would wait for a lock of its own and take a round trip under it. */
function takeNeighbours<Step extends ColumnStep>(steps: readonly DdlStep[], index: number, first: Step): Step[] {
  const isAlike = (step: DdlStep): step is Step => step.kind === first.kind && step.table === first.table;
  const others = steps.slice(index);
  const end = others.findIndex((step) => !isAlike(step));
  return others.slice(0, end === -1 ? undefined : end).filter(isAlike);
}

/** What a name in a schema stands for, as pg_class says (`r` for a table), or undefined. */
export async function findRelationKind(client: Client, { schema, table }: TablePlace): Promise<string | undefined> {
  const [row] = await selectText(
    client,
    'SELECT c.relkind FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2',
    [schema, table],
  );
  return row?.[0] ?? undefined;
}

function columnSql(target: DdlTarget, column: ColumnSpec): string {
  return `${quoteIdentifier(column.name)} ${sqlType(column.type, target.timestamps)}`;
}

async function createTable(client: Client, target: DdlTarget, step: Extract<DdlStep, { kind: 'create-table' }>): Promise<boolean> {
  const place = target.placeOf(step.table);
  await lockTable(client, target.schema, step.table);
  if (place.schema === '_thimble') await dropUnregistered(client, place);
  const kind = await findRelationKind(client, place);
  if (kind === 'r' || kind === 'p') return false;
  // IF NOT EXISTS would be content with a view or an index of that name.
  if (kind !== undefined) throw new TableStoppedError(`Table ${step.table} cannot be made: the schema has something else of that name.`);
  const keys = new Set(step.key);
  const parts = step.columns.map((column) => columnSql(target, column) + (keys.has(column.name) ? ' NOT NULL' : ''));
  // Unnamed, the constraint becomes <table>_pkey, or the nearest free name that fits.
  if (step.key.length > 0 && step.key.length <= maxIndexColumns) parts.push(`PRIMARY KEY (${step.key.map(quoteIdentifier).join(', ')})`);
  await run(client, `CREATE TABLE ${quoteTable(place)} (${parts.join(', ')})`);
  return true;
}

/** A waiting table without its entry is what a load left that died before its rows, perhaps with other columns. */
async function dropUnregistered(client: Client, place: TablePlace): Promise<void> {
  const found = await selectText(client, 'SELECT 1 FROM _thimble.waiting_table WHERE stored_name = $1', [place.table]);
  if (found.length === 0) await run(client, `DROP TABLE IF EXISTS ${quoteTable(place)}`);
}

async function renameColumn(client: Client, target: DdlTarget, step: Extract<DdlStep, { kind: 'rename-column' }>): Promise<void> {
  const table = quoteTable(target.placeOf(step.table));
  const rows = await selectText(
    client,
    `SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attname = ANY ($2)`,
    [table, [step.from, step.to]],
  );
  const present = new Set(rows.map(([name]) => name));
  const from = present.has(step.from);
  const to = present.has(step.to);
  if (!from && to) return;
  if (from === to) {
    throw new TableStoppedError(
      `Column ${step.from} of ${step.table} cannot become ${step.to}: ${from ? 'both exist' : 'neither exists'}.`,
    );
  }
  await run(client, `ALTER TABLE ${table} RENAME COLUMN ${quoteIdentifier(step.from)} TO ${quoteIdentifier(step.to)}`);
}
