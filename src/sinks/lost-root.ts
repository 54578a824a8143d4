import type { CatalogueEntry, LogicalType, RootVersions, SchemaDescription, Sheet } from './sink.ts';

/** A root table whose entry in `_thimble` is gone, as when its owner dropped that schema, but which its columns show to be ours. */
export interface LostRoot {
  readonly table: string;
  /** Subtables of it that are in no catalogue either. */
  readonly subtables: readonly CatalogueEntry[];
}

const ourColumns: readonly (readonly [name: string, type: LogicalType])[] = [
  ['_sdc_received_at', 'date'],
  ['_sdc_batched_at', 'date'],
  ['_sdc_sequence', 'bigint'],
  ['_sdc_table_version', 'bigint'],
];

type Lost = Pick<SchemaDescription, 'tables' | 'catalogue'> & {
  readonly sheet: Pick<Sheet, 'cleanName' | 'foldName'>;
  /** Root table as the client named it. */
  readonly root: string;
};

/** Finds the visible table of a root that no catalogue has an entry for. `tables` are at least those a load of the root can touch. */
export function findLostRoot({ tables, catalogue, sheet, root }: Lost): LostRoot | undefined {
  const owned = new Set(catalogue.map(({ table }) => sheet.foldName(table)));
  const ours = tables
    .filter(({ table, columns }) => !owned.has(sheet.foldName(table)) && hasOurColumns(columns))
    .map(({ table, columns }) => ({
      table,
      folded: sheet.foldName(table),
      depth: levelsOf(columns).length,
      // A copy that the owner made with CREATE TABLE AS lacks what we make NOT NULL; its rows are the owner's.
      isCopy: levelsOf(columns).some(({ notNull }) => !notNull),
    }));
  const name = sheet.foldName(sheet.cleanName(root));
  const found = ours.find(({ folded, depth }) => folded === name && depth === 0);
  if (found === undefined) return undefined;
  const roots = tables.filter(({ columns }) => levelsOf(columns).length === 0).map(({ table }) => sheet.foldName(table));
  const paths = new Map<string, readonly string[]>([[name, []]]);
  const subtables: CatalogueEntry[] = [];
  for (const { table, folded, depth } of ours
    .filter(({ depth, isCopy }) => depth > 0 && !isCopy)
    .toSorted((one, other) => one.depth - other.depth)) {
    // Of several tables whose names begin the name, the longest is its parent; it may be one of another root.
    const nearest = longest(depth === 1 ? roots : [...paths].filter(([, path]) => path.length === depth - 1).map(([key]) => key), folded);
    const path = nearest === undefined ? undefined : paths.get(nearest);
    if (nearest === undefined || path === undefined) continue;
    paths.set(folded, [...path, table.slice(nearest.length + 2)]);
    subtables.push({ table, root, path: [...path, table.slice(nearest.length + 2)], keyColumns: [] });
  }
  return { table: found.table, subtables };
}

/**
 * A description with what a root's visible tables say where the catalogue has lost it: its subtables, and the version of their rows, which
 * `findVersion` reads from a table.
 */
export async function describeLost(
  description: SchemaDescription,
  { sheet, root }: Pick<Lost, 'sheet' | 'root'>,
  findVersion: (table: string) => Promise<bigint | undefined>,
): Promise<SchemaDescription> {
  const lost = findLostRoot({ ...description, sheet, root });
  if (lost === undefined) return description;
  const catalogue = [...description.catalogue, ...lost.subtables];
  const known = description.versions.find((one) => one.root === root);
  const active = known?.active ?? (await findVersion(lost.table));
  if (active === undefined) return { ...description, catalogue };
  const version: RootVersions = { root, active, waiting: known?.waiting ?? [] };
  return { ...description, catalogue, versions: [...description.versions.filter((one) => one !== known), version] };
}

function longest(parents: readonly string[], folded: string): string | undefined {
  return parents.filter((parent) => folded.startsWith(`${parent}__`)).toSorted((one, other) => other.length - one.length)[0];
}

function levelsOf(columns: SchemaDescription['tables'][number]['columns']): SchemaDescription['tables'][number]['columns'] {
  return columns.filter(({ name }) => /^_sdc_level_\d+_id$/.test(name));
}

/** Whether a table has all that every table of ours has (loading.md §8.1); one with less of it is its owner's. */
function hasOurColumns(columns: SchemaDescription['tables'][number]['columns']): boolean {
  return ourColumns.every(([wanted, wantedType]) => columns.some(({ name, type }) => name === wanted && type === wantedType));
}
