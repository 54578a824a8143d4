import type { ColumnSpec, Sheet, TableDescription } from './sink.ts';

/** What the contract calls the field that says that a row is deleted (loading.md §8.3). */
const mark = '_sdc_deleted_at';

/** The columns of a table in which a value says that the row is deleted: one, or one per type after a split. */
export function findMarkColumns({ columns }: TableDescription, sheet: Pick<Sheet, 'foldName' | 'suffixes'>): string[] {
  const names = new Set([mark, ...Object.values(sheet.suffixes).map((suffix) => mark + suffix)].map((name) => sheet.foldName(name)));
  return columns.map(({ name }) => name).filter((name) => names.has(sheet.foldName(name)));
}

/** The key columns of a described table, in the order of their names; undefined where one is missing or was changed to a foreign type. */
export function findKeyColumns(
  { columns }: TableDescription,
  keys: readonly string[],
  sheet: Pick<Sheet, 'foldName'>,
): ColumnSpec[] | undefined {
  const found = keys.toSorted().flatMap((key) => columns.filter(({ name }) => sheet.foldName(name) === sheet.foldName(key)));
  const typed = found.flatMap(({ name, type }) => (type === undefined ? [] : [{ name, type }]));
  return typed.length === keys.length ? typed : undefined;
}
