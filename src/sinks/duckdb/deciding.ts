import type { LoadPlan, StagedColumn, TableLoad } from '../sink.ts';
import type { Session } from './session.ts';
import { stagedRows } from './stage.ts';

/**
 * Temporary table of the rows of an upsert's root, by what decides which of them load: `r`, the keys, `sequence` and `deleted`, whether
 * the row is a deletion.
 */
export const deciding = 'temp.main.thimble_deciding';

/** Creates `deciding` with all rows of the root. */
export async function createDeciding({ connection, stage }: Session, root: TableLoad, deletes: LoadPlan['deletes']): Promise<void> {
  const { rows, keyColumns } = root;
  if (keyColumns.length === 0) throw new Error(`An upsert into ${root.table} has no key.`);
  const columns = [...keyColumns, '_sdc_sequence'].map((name) => getColumn(root, name));
  if (deletes !== undefined)
    columns.push({ name: 'deleted', type: 'boolean', valid: new Uint8Array(deletes.length).fill(1), flags: deletes });
  const deleted = deletes === undefined ? 'FALSE' : `c${columns.length - 1}`;
  const keys = keyColumns.map((_, index) => `c${index} AS ${keyName(index)}`).join(', ');
  const sql = `CREATE TEMP TABLE ${deciding} AS SELECT r, ${keys}, c${keyColumns.length} AS sequence, ${deleted} AS deleted FROM ${stagedRows}`;
  await stage.run(connection, { rows, columns }, sql);
}

/** Where `deciding` has a key column of the root, by its place among them. */
export function keyName(index: number): string {
  return `key${index}`;
}

function getColumn({ table, columns }: TableLoad, name: string): StagedColumn {
  const found = columns.find((column) => column.name === name);
  if (found === undefined) throw new Error(`Column ${name} of ${table} is not staged.`);
  return found;
}
