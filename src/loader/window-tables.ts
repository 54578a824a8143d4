import type { SchemaDrift } from '../domain/source/loading-settings.ts';
import type { CatalogueEntry, SchemaDescription, Sheet } from '../sinks/sink.ts';
import { readExistingTable } from './existing-table.ts';
import type { FieldName } from './field-name.ts';
import { quoteForReason, refuseTableLength, refuseTableName } from './field-name.ts';
import type { TableBuffer } from './table-buffer.ts';
import { createTableBuffer } from './table-buffer.ts';
import { isSystemColumn } from './system-names.ts';

/** The root table of a window with its subtables, each bound to what the destination has. */
export interface WindowTables {
  readonly root: TableBuffer;
  /** Why no record of this table can load, or undefined. */
  readonly refusal: string | undefined;
  /** The subtable of an array at that path of a table; it exists once a row was accepted. */
  child(parent: TableBuffer, name: FieldName): TableBuffer;
  /** Gives a subtable its name, spelled as by the record at hand. Returns the reason when the name cannot be had. */
  take(table: TableBuffer, name: FieldName): string | undefined;
  /** Takes back a name given by `take`. */
  giveBack(table: TableBuffer): void;
  /** Tables with accepted rows, root first, then by depth. */
  existing(): TableBuffer[];
}

/** System columns a table has at most; always counted, so that the limit does not depend on when a table was made. */
const systemColumns = 6;

/** Subtables of one root table: arrays under keys that are data would otherwise make a table each. */
const maxSubtables = 1000;

export function createWindowTables(options: {
  sheet: Sheet;
  description: SchemaDescription;
  root: string;
  keyColumns: number;
  drift: SchemaDrift;
}): WindowTables {
  const { sheet, description } = options;
  const present = new Map(description.tables.map((table) => [sheet.foldName(table.table), table]));
  // An entry whose table a user dropped binds nobody: dropping a table is how its name and keys are freed (loading.md §3.2, §6.4).
  const owners = new Map(
    description.catalogue.map((entry) => [sheet.foldName(entry.table), entry] as const).filter(([folded]) => present.has(folded)),
  );
  const taken = new Map<string, TableBuffer>();

  function buffer(name: string, path: readonly string[], parent?: TableBuffer): TableBuffer {
    const folded = sheet.foldName(name);
    const described = present.get(folded);
    const owner = owners.get(folded);
    const own = systemColumns + (path.length === 0 ? 0 : Math.max(1, options.keyColumns) + path.length);
    const data = described?.columns.filter((column) => !isSystemColumn(column.name)).length ?? 0;
    return createTableBuffer({
      table: described?.table ?? name,
      folded,
      parent,
      path: owner !== undefined && samePath(owner.path, path) ? owner.path : path,
      existing: described && readExistingTable(described, sheet),
      drift: options.drift,
      room: Math.max(0, sheet.maxColumns - own - data - (described?.droppedColumns ?? 0)),
    });
  }

  function refuseOwner(table: TableBuffer): string | undefined {
    const owner: CatalogueEntry | undefined = owners.get(table.folded);
    if (owner === undefined || (owner.root === options.root && samePath(owner.path, table.path))) return undefined;
    return usedBy(table, owner);
  }

  function usedBy(table: TableBuffer, owner: Pick<CatalogueEntry, 'root' | 'path'>): string {
    const what = owner.path.length === 0 ? 'table' : 'an array of table';
    return `Table name [${quoteForReason(table.table)}] is already used by ${what} [${quoteForReason(owner.root)}]`;
  }

  /** A table takes its spelling from a record that is accepted: one set aside before leaves nothing behind. */
  function spell(table: TableBuffer, { column }: FieldName): void {
    if (table.existing !== undefined || table.exists || table.parent === undefined) return;
    table.table = `${table.parent.table}__${column}`;
    table.path = [...table.parent.path, column];
  }

  function samePath(one: readonly string[], other: readonly string[]): boolean {
    return one.length === other.length && one.every((segment, index) => sheet.foldName(segment) === sheet.foldName(other[index] ?? ''));
  }

  /** Subtables of this root in the destination, and those this window adds. */
  function subtables(): number {
    return stored + [...taken.values()].reduce((sum, table) => sum + (table.existing === undefined ? 1 : 0), 0);
  }

  const stored = [...owners.values()].filter((owner) => owner.root === options.root && owner.path.length > 0).length;
  const root = buffer(sheet.cleanName(options.root), []);
  return {
    root,
    refusal: refuseTableName(sheet, options.root) ?? refuseOwner(root),
    child(parent, name) {
      const known = parent.children.get(name.folded);
      if (known !== undefined) return known;
      const table = buffer(`${parent.table}__${name.column}`, [...parent.path, name.column], parent);
      parent.children.set(name.folded, table);
      return table;
    },
    take(table, name) {
      const holder = taken.get(table.folded);
      if (holder === table) return undefined;
      spell(table, name);
      const reason = refuseTableLength(sheet, table.table) ?? refuseOwner(table);
      if (reason !== undefined) return reason;
      // As the catalogue would say it if the holder had been loaded already.
      if (holder?.exists === true) return usedBy(holder, { root: options.root, path: holder.path });
      if (holder !== undefined) return `Table name collision on ${quoteForReason(table.table)}`;
      if (table.existing === undefined && subtables() >= maxSubtables)
        return `too many arrays with names of their own, on ${quoteForReason(table.table)}`;
      taken.set(table.folded, table);
      return undefined;
    },
    giveBack(table) {
      if (taken.get(table.folded) === table) taken.delete(table.folded);
    },
    existing: () =>
      (root.exists ? [root] : []).concat(
        [...taken.values()].filter((table) => table.exists).toSorted((a, b) => a.path.length - b.path.length),
      ),
  };
}
