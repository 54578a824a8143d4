import type { LogicalType, Sheet, TableDescription } from '../sinks/sink.ts';

/** A field's columns in the destination: one plain column, or one per type after a split (loading.md §4.4). */
export interface ExistingField {
  /** Unsuffixed, as spelled in the destination. */
  readonly name: string;
  plain: { readonly name: string; readonly type: LogicalType | undefined } | undefined;
  readonly split: Map<LogicalType, string>;
}

/** A destination table read as fields. A split is recognised by its suffix, which no client may use. */
export interface ExistingTable {
  readonly table: string;
  readonly columns: TableDescription['columns'];
  /** By folded unsuffixed name. */
  readonly fields: ReadonlyMap<string, ExistingField>;
}

export function readExistingTable(description: TableDescription, sheet: Sheet): ExistingTable {
  const fields = new Map<string, ExistingField>();
  for (const column of description.columns) {
    const splitBase = findSplitBase(column.name, column.type, sheet);
    const name = splitBase ?? column.name;
    const folded = sheet.foldName(name);
    const field = fields.get(folded) ?? { name, plain: undefined, split: new Map() };
    fields.set(folded, field);
    if (splitBase !== undefined && column.type !== undefined) field.split.set(column.type, column.name);
    else field.plain = { name: column.name, type: column.type };
  }
  return { table: description.table, columns: description.columns, fields };
}

/** Whether the field has a column per type; it stays so whatever the source's settings are now. */
export function isSplit(field: ExistingField | undefined): boolean {
  return field !== undefined && field.split.size > 0;
}

/** Whether the field has a column of that type already, under whatever name. */
export function hasColumnFor(field: ExistingField | undefined, type: LogicalType): boolean {
  if (field === undefined) return false;
  return field.split.has(type) || (field.split.size === 0 && field.plain?.type === type);
}

/** The column of that folded name, whatever its type. */
export function findColumn(table: ExistingTable, name: string, sheet: Sheet): TableDescription['columns'][number] | undefined {
  const folded = sheet.foldName(name);
  return table.columns.find((column) => sheet.foldName(column.name) === folded);
}

function findSplitBase(name: string, type: LogicalType | undefined, sheet: Sheet): string | undefined {
  if (type === undefined) return undefined;
  const suffix = sheet.suffixes[type];
  return name.length > suffix.length && sheet.foldName(name).endsWith(sheet.foldName(suffix)) ? name.slice(0, -suffix.length) : undefined;
}
