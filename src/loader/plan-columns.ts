import { TableStoppedError } from '../sinks/errors.ts';
import type { ColumnSpec, DdlStep, LogicalType, Sheet } from '../sinks/sink.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import type { ExistingField, ExistingTable } from './existing-table.ts';
import { hasColumnFor, isSplit } from './existing-table.ts';
import type { Slot, TableBuffer } from './table-buffer.ts';
import { widenTypes } from './widen-types.ts';

/** Where the values of one buffer go, and what must be done to the table first. */
export interface ColumnsPlan {
  /** The destination's column may be of a wider type than the buffer's; several buffers then share it. */
  readonly columns: readonly { readonly buffer: ColumnBuffer; readonly spec: ColumnSpec }[];
  /** Each column once, in the order of `columns`. */
  readonly specs: readonly ColumnSpec[];
  readonly ddl: readonly DdlStep[];
}

/** One field of a table with all types of its values. */
interface FieldTypes {
  readonly slot: Slot;
  readonly types: readonly LogicalType[];
  readonly field: ExistingField | undefined;
  /** The field's only column. */
  readonly plain: ColumnSpec | undefined;
}

/**
 * Settles the column of every value. Where fields split (loading.md §4.4, renaming destinations), one type keeps the plain name, and from the
 * second on each has its suffix. Where they widen, all types share one column. For a new table there are no steps. Throws
 * `TableStoppedError` over a column it cannot use.
 */
export function planColumns(table: TableBuffer, sheet: Sheet): ColumnsPlan {
  const { existing } = table;
  const fields = readFields(table);
  const planned = new Set<Slot>();
  const specs = new Set<ColumnSpec>();
  const ddl: DdlStep[] = [];
  const bySlot = new Map([...fields].map(([slot, field]) => [slot, widens(table, field) ? widenField(field) : splitField(field, sheet)]));
  const columns = table.columns.map(({ slot, buffer }) => {
    const spec = bySlot.get(slot)?.get(buffer.type);
    const field = fields.get(slot);
    if (spec === undefined || field === undefined) throw new RangeError(`The values of ${slot.name} have no column.`);
    if (existing !== undefined && !specs.has(spec))
      ddl.push(
        ...(widens(table, field)
          ? widenSteps(existing, field, spec)
          : splitSteps(existing, field, spec, { sheet, isFirst: !planned.has(slot) })),
      );
    planned.add(slot);
    specs.add(spec);
    return { buffer, spec };
  });
  return { columns, specs: [...specs], ddl };
}

function readFields(table: TableBuffer): Map<Slot, FieldTypes> {
  const fields = new Map<Slot, FieldTypes>();
  for (const { slot, buffer } of table.columns) {
    const field = table.existing?.fields.get(slot.folded);
    const types = [...(fields.get(slot)?.types ?? []), buffer.type];
    fields.set(slot, { slot, types, field, plain: getPlain(table, field) });
  }
  return fields;
}

function getPlain(table: TableBuffer, field: ExistingField | undefined): ColumnSpec | undefined {
  if (field?.plain === undefined || isSplit(field)) return undefined;
  const { name, type } = field.plain;
  if (type === undefined)
    throw new TableStoppedError(`Column [${name}] of table ${table.table} has a type that Thimble does not load into`);
  return { name, type };
}

function widens(table: TableBuffer, { field }: FieldTypes): boolean {
  return table.drift === 'widen' && !isSplit(field);
}

function splitField({ slot, types, field, plain }: FieldTypes, sheet: Sheet): Map<LogicalType, ColumnSpec> {
  const splits = isSplit(field) || types.length > 1 || types.some((type) => plain !== undefined && plain.type !== type);
  const suffixed = (type: LogicalType): string => field?.split.get(type) ?? slot.name + sheet.suffixes[type];
  return new Map(types.map((type) => [type, { name: splits ? suffixed(type) : (plain?.name ?? slot.name), type }]));
}

function splitSteps(
  table: ExistingTable,
  { slot, field, plain }: FieldTypes,
  column: ColumnSpec,
  { sheet, isFirst }: { sheet: Sheet; isFirst: boolean },
): DdlStep[] {
  const steps: DdlStep[] = [];
  if (isFirst && plain !== undefined && plain.name !== column.name) {
    const to = refuseTaken(table, slot.name + sheet.suffixes[plain.type], sheet);
    steps.push({ kind: 'rename-column', table: table.table, from: plain.name, to });
  }
  if (!hasColumnFor(field, column.type))
    steps.push({ kind: 'add-column', table: table.table, column: { ...column, name: refuseTaken(table, column.name, sheet) } });
  return steps;
}

function widenField({ slot, types, plain }: FieldTypes): Map<LogicalType, ColumnSpec> {
  const spec = { name: plain?.name ?? slot.name, type: widenTypes(plain === undefined ? types : [plain.type, ...types]) };
  return new Map(types.map((type) => [type, spec]));
}

function widenSteps({ table }: ExistingTable, { plain }: FieldTypes, column: ColumnSpec): DdlStep[] {
  if (plain === undefined) return [{ kind: 'add-column', table, column }];
  return plain.type === column.type ? [] : [{ kind: 'change-type', table, column, from: plain.type }];
}

function refuseTaken(table: ExistingTable, name: string, sheet: Sheet): string {
  if (!table.columns.some((column) => sheet.foldName(column.name) === sheet.foldName(name))) return name;
  throw new TableStoppedError(`Column [${name}] of table ${table.table} is there with another type than its name says`);
}
