import { TableStoppedError } from '../sinks/errors.ts';
import type { ColumnSpec, DdlStep, LogicalType, Sheet } from '../sinks/sink.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import type { ExistingTable } from './existing-table.ts';
import { hasColumnFor } from './existing-table.ts';
import type { Slot, TableBuffer } from './table-buffer.ts';

/** Where the values of one buffer go, and what must be done to the table first. */
export interface ColumnsPlan {
  readonly columns: readonly { readonly buffer: ColumnBuffer; readonly spec: ColumnSpec }[];
  readonly ddl: readonly DdlStep[];
}

/**
 * Settles the column of every value (loading.md §4.4, renaming destinations): one type keeps the plain name; from the second type on each has
 * its suffix and the original is renamed. For a new table there are no steps. Throws `TableStoppedError` over a column it cannot use.
 */
export function planColumns(table: TableBuffer, sheet: Sheet): ColumnsPlan {
  const { existing } = table;
  const ddl: DdlStep[] = [];
  const types = new Map<Slot, LogicalType[]>();
  for (const { slot, buffer } of table.columns) types.set(slot, [...(types.get(slot) ?? []), buffer.type]);
  const renamed = new Set<Slot>();
  const columns = table.columns.map(({ slot, buffer }) => {
    const field = existing?.fields.get(slot.folded);
    const known = hasColumnFor(field, buffer.type);
    const plain = field?.split.size === 0 ? field.plain : undefined;
    if (plain !== undefined && plain.type === undefined) {
      throw new TableStoppedError(`Column [${plain.name}] of table ${table.table} has a type that Thimble does not load into`);
    }
    const splits = (field?.split.size ?? 0) > 0 || (plain !== undefined && !known) || (types.get(slot)?.length ?? 0) > 1;
    const suffixed = field?.split.get(buffer.type) ?? slot.name + sheet.suffixes[buffer.type];
    const spec = { name: splits ? suffixed : (plain?.name ?? slot.name), type: buffer.type };
    if (existing === undefined) return { buffer, spec };
    if (splits && plain?.type !== undefined && !renamed.has(slot)) {
      renamed.add(slot);
      const to = slot.name + sheet.suffixes[plain.type];
      ddl.push({ kind: 'rename-column', table: existing.table, from: plain.name, to: refuseTaken(existing, to, sheet) });
    }
    if (!known) ddl.push({ kind: 'add-column', table: existing.table, column: { ...spec, name: refuseTaken(existing, spec.name, sheet) } });
    return { buffer, spec };
  });
  return { columns, ddl };
}

function refuseTaken(table: ExistingTable, name: string, sheet: Sheet): string {
  if (!table.columns.some((column) => sheet.foldName(column.name) === sheet.foldName(name))) return name;
  throw new TableStoppedError(`Column [${name}] of table ${table.table} is there with another type than its name says`);
}
