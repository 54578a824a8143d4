import type { LoadPlan, StagedColumn, TableLoad } from '../sink.ts';

/** Temporary table of a plan's n-th table load. */
export function stagedName(index: number): string {
  return `stage_${index}`;
}

/** Where a column of a table load is in its temporary table: `c0`, `c1`, … */
export function positionOf(table: TableLoad, name: string): number {
  const position = table.columns.findIndex((column) => column.name === name);
  if (position === -1) throw new Error(`Column ${name} of ${table.table} is not staged.`);
  return position;
}

/** The columns of the root's temporary table: where rows can be deletions, one more says which are. */
export function rootColumns({ columns }: TableLoad, deletes: LoadPlan['deletes']): readonly StagedColumn[] {
  if (deletes === undefined) return columns;
  return [...columns, { name: 'deleted', type: 'boolean', valid: new Uint8Array(deletes.length).fill(1), flags: deletes }];
}

/** The condition under which a row of the root's temporary table is a deletion. */
export function isDeletion(root: TableLoad): string {
  return `c${root.columns.length}`;
}
