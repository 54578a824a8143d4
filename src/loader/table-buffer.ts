import type { SchemaDrift } from '../domain/source/loading-settings.ts';
import { freeMemory, growWords } from '../lib/free-memory.ts';
import type { LogicalType } from '../sinks/sink.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import { createColumnBuffer, freeColumn, truncateColumn } from './column-buffer.ts';
import type { ExistingField, ExistingTable } from './existing-table.ts';
import { hasColumnFor, isSplit } from './existing-table.ts';
import type { FieldName } from './field-name.ts';
import { quoteForReason } from './field-name.ts';

/** Where the values of one field of one table go: one buffer per type seen. */
export interface Slot {
  /** Spelled as in the destination, else as by the first accepted record that had a value here. */
  name: string;
  readonly folded: string;
  readonly isKey: boolean;
  /** The row instance that last had this field; a second field with the same claim is a collision. */
  claim: number;
  /** Type of the value of that claim, undefined for null. */
  claimedType: LogicalType | undefined;
  /** Number of listed buffers. */
  listed: number;
  readonly buffers: Map<LogicalType, ColumnBuffer>;
}

/** Rows of a root table or subtable as they are read, before types, splits and duplicates are settled. */
export interface TableBuffer {
  table: string;
  readonly folded: string;
  /** Empty for the root. */
  path: readonly string[];
  readonly existing: ExistingTable | undefined;
  readonly drift: SchemaDrift;
  rows: number;
  /** The table whose rows hold these arrays; undefined for the root. */
  readonly parent: TableBuffer | undefined;
  /** Per row, in subtables: its row in the root table and in the parent, and its index in the array. */
  rootRows: Uint32Array<ArrayBuffer>;
  parentRows: Uint32Array<ArrayBuffer>;
  indexes: Uint32Array<ArrayBuffer>;
  readonly slots: Map<string, Slot>;
  /** In first-seen order; only accepted records list a column. */
  readonly columns: { readonly slot: Slot; readonly buffer: ColumnBuffer }[];
  readonly children: Map<string, TableBuffer>;
  /** Names already planned, by raw path. */
  readonly names: Map<string, FieldName>;
  /** Row instance that last filled this subtable; a second array of the same row is a collision. */
  claim: number;
  /** Columns that may still be added. */
  room: number;
  /** Where the record being read began. */
  readonly mark: { record: number; rows: number; columns: number; existed: boolean };
  /** Whether an accepted record has rows here. */
  exists: boolean;
}

export function createTableBuffer(options: {
  table: string;
  folded: string;
  path: readonly string[];
  parent: TableBuffer | undefined;
  existing: ExistingTable | undefined;
  drift: SchemaDrift;
  room: number;
}): TableBuffer {
  return {
    ...options,
    rows: 0,
    rootRows: new Uint32Array(4),
    parentRows: new Uint32Array(4),
    indexes: new Uint32Array(4),
    slots: new Map(),
    columns: [],
    children: new Map(),
    names: new Map(),
    claim: -1,
    mark: { record: -1, rows: 0, columns: 0, existed: false },
    exists: false,
  };
}

export function getSlot(table: TableBuffer, name: FieldName, keys: ReadonlySet<string>): Slot {
  const known = table.slots.get(name.folded);
  if (known !== undefined) return known;
  const slot: Slot = {
    name: table.existing?.fields.get(name.folded)?.name ?? name.column,
    folded: name.folded,
    isKey: table.path.length === 0 && keys.has(name.folded),
    claim: -1,
    claimedType: undefined,
    listed: 0,
    buffers: new Map(),
  };
  table.slots.set(name.folded, slot);
  return slot;
}

/** Appends a root row and returns its index. */
export function appendRootRow(root: TableBuffer): number {
  return root.rows++;
}

/** Appends a subtable row and returns its index. */
export function appendRow(table: TableBuffer, rootRow: number, parentRow: number, index: number): number {
  const row = table.rows;
  if (row === table.rootRows.length) {
    table.rootRows = growWords(table.rootRows, row * 2);
    table.parentRows = growWords(table.parentRows, row * 2);
    table.indexes = growWords(table.indexes, row * 2);
  }
  table.rootRows[row] = rootRow;
  table.parentRows[row] = parentRow;
  table.indexes[row] = index;
  table.rows = row + 1;
  return row;
}

/** The buffer for a value of that type, listed as a column, or the reason why the table cannot take the value. */
export function openBuffer(table: TableBuffer, slot: Slot, spelling: string, type: LogicalType): ColumnBuffer | string {
  let buffer = slot.buffers.get(type);
  if (buffer?.listed === true) return buffer;
  const existing = table.existing?.fields.get(slot.folded);
  const held = table.drift === 'reject' ? findHeldType(slot, existing, type) : undefined;
  if (held !== undefined)
    return `Type ${type} does not fit column [${quoteForReason(slot.name)}] of type ${held}, and schema_drift is reject`;
  if (takesRoom(table, slot, type)) {
    if (table.room === 0) return 'ERROR: too many columns';
    table.room -= 1;
  }
  if (buffer === undefined) slot.buffers.set(type, (buffer = createColumnBuffer(type)));
  if (slot.listed === 0 && existing === undefined) slot.name = spelling;
  slot.listed += 1;
  buffer.listed = true;
  table.columns.push({ slot, buffer });
  return buffer;
}

/** The type a field has, where it is another one. */
function findHeldType(slot: Slot, existing: ExistingField | undefined, type: LogicalType): LogicalType | undefined {
  if (existing === undefined) return [...slot.buffers.values()].find((buffer) => buffer.listed && buffer.type !== type)?.type;
  return hasColumnFor(existing, type) ? undefined : (existing.plain?.type ?? existing.split.keys().next().value);
}

/** Whether a type not yet listed needs a column of its own: where fields split each type does, otherwise only the first. */
function takesRoom(table: TableBuffer, slot: Slot, type: LogicalType): boolean {
  const existing = table.existing?.fields.get(slot.folded);
  if (table.drift === 'split' || isSplit(existing)) return !hasColumnFor(existing, type);
  return existing === undefined && slot.listed === 0;
}

/** Notes where a record begins in this table, once per record. Returns whether it was the first time. */
export function markRecord(table: TableBuffer, record: number): boolean {
  const { mark } = table;
  if (mark.record === record) return false;
  mark.record = record;
  mark.rows = table.rows;
  mark.columns = table.columns.length;
  mark.existed = table.exists;
  return true;
}

/** Takes back everything since `markRecord`: a rejected record leaves nothing behind. */
export function rollBackRecord(table: TableBuffer): void {
  const { mark } = table;
  for (const { buffer } of table.columns) truncateColumn(buffer, mark.rows);
  for (const { slot, buffer } of table.columns.splice(mark.columns)) {
    buffer.listed = false;
    slot.listed -= 1;
    if (takesRoom(table, slot, buffer.type)) table.room += 1;
  }
  table.rows = mark.rows;
  table.exists = mark.existed;
}

/** Gives back what the rows of a table and of its subtables took outside the heap; the text of staged columns goes with it. */
export function freeTable(table: TableBuffer): void {
  for (const slot of table.slots.values()) for (const buffer of slot.buffers.values()) freeColumn(buffer);
  for (const words of [table.rootRows, table.parentRows, table.indexes]) freeMemory(words);
  for (const child of table.children.values()) freeTable(child);
}
