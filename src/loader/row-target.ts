import type { Batch } from '../batch/batch.ts';
import { Action } from '../batch/batch.ts';
import type { RootVersions, SchemaDescription, Sheet } from '../sinks/sink.ts';

/** Where the rows of a batch go (loading.md §7): a version waits for its activation under its number. */
export type RowTarget = 'visible' | 'superseded' | bigint;

/** Version 0 is none: such rows are always visible. An older version than the active one is superseded, a negative one too. */
export function planRowTarget(active: bigint | undefined, version: bigint | undefined): RowTarget {
  if (version === undefined || version === 0n || version === active) return 'visible';
  return active === undefined || version > active ? version : 'superseded';
}

/** Whether a batch makes the version of its target the active one; its place among the batch's rows does not matter. */
export function activates(target: RowTarget, batch: Batch): boolean {
  return typeof target === 'bigint' && batch.actions.includes(Action.activateVersion);
}

export function findVersions({ versions }: SchemaDescription, root: string): RootVersions | undefined {
  return versions.find((one) => one.root === root);
}

/**
 * The schema as rows for a target see it. A waiting version is shaped against its own tables alone, so that columns, splits and keys are
 * those of its rows (loading.md §17, C18); of the visible tables only other roots' remain, whose names stay theirs.
 */
export function describeTarget(
  description: SchemaDescription,
  options: { sheet: Sheet; root: string; target: RowTarget },
): SchemaDescription {
  const { sheet, root, target } = options;
  if (typeof target !== 'bigint') return description;
  const waiting = findVersions(description, root)?.waiting.find(({ version }) => version === target);
  const others = description.catalogue.filter((entry) => entry.root !== root);
  const names = new Set(others.map(({ table }) => sheet.foldName(table)));
  return {
    ...description,
    tables: [...description.tables.filter(({ table }) => names.has(sheet.foldName(table))), ...(waiting?.tables ?? [])],
    catalogue: [...others, ...(waiting?.catalogue ?? [])],
  };
}
