import type { LogicalType, SchemaDescription, Sheet } from '../sinks/sink.ts';
import { TableStoppedError } from '../sinks/errors.ts';
import { planFieldName, quoteForReason } from './field-name.ts';
import type { Slot, TableBuffer } from './table-buffer.ts';
import { getSlot } from './table-buffer.ts';

/** The key of a root table while a window is read. */
export interface KeyColumns {
  /** Folded column names. */
  readonly names: ReadonlySet<string>;
  readonly slots: readonly Slot[];
  /** Type per slot, once the destination or an accepted record has settled it. */
  readonly types: (LogicalType | undefined)[];
}

/** A batch whose key columns differ in name or type from what came before it. */
export class KeyBorderError extends Error {
  /** Index of the batch in the window. */
  readonly batch: number;
  constructor(batch: number) {
    super('The key columns change.');
    this.batch = batch;
  }
}

/** The message of a table that stops over its keys (loading.md §6.4). */
export function keyMismatchError(table: string): TableStoppedError {
  return new TableStoppedError(`Primary Keys for table do not match Primary Keys of incoming data (table ${quoteForReason(table)})`);
}

export function foldKeyNames(sheet: Sheet, keyNames: readonly string[]): Set<string> {
  return new Set(keyNames.map((name) => planFieldName(sheet, '', name).folded));
}

/** Binds key names to a root table. Throws `TableStoppedError` when the table has other keys, or lacks a key column (loading.md §6.4, C16). */
export function bindKeyColumns(options: {
  sheet: Sheet;
  description: SchemaDescription;
  root: TableBuffer;
  keyNames: readonly string[];
}): KeyColumns {
  const { sheet, description, root } = options;
  const names = foldKeyNames(sheet, options.keyNames);
  const slots = [...new Set(options.keyNames.map((name) => getSlot(root, planFieldName(sheet, '', name), names)))];
  const entry = description.catalogue.find(({ table }) => sheet.foldName(table) === root.folded);
  if (
    root.existing !== undefined &&
    entry !== undefined &&
    !sameNames(names, new Set(entry.keyColumns.map((name) => sheet.foldName(name))))
  )
    throw keyMismatchError(root.table);
  const types = slots.map((slot) => {
    const type = root.existing?.fields.get(slot.folded)?.plain?.type;
    if (root.existing !== undefined && type === undefined) throw keyMismatchError(root.table);
    return type;
  });
  return { names, slots, types };
}

export function sameNames(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((name) => other.has(name));
}

/** Why the row just read has no usable key, or undefined. Intake refuses such records; this is the last gate. */
export function refuseKey(key: KeyColumns, instance: number, sheet: Sheet): string | undefined {
  const missing = key.slots.find((slot) => slot.claim !== instance || slot.claimedType === undefined);
  if (missing !== undefined) return `Key column [${quoteForReason(missing.name)}] has no value`;
  if (sheet.maxKeyBytes === Infinity) return undefined;
  let bytes = 0;
  for (const slot of key.slots) bytes += lastValueBytes(slot);
  return bytes > sheet.maxKeyBytes ? `key too long for ${sheet.label}: ${bytes} bytes` : undefined;
}

/** Bytes of the value a record just put into a key column. */
function lastValueBytes({ buffers, claimedType }: Slot): number {
  const buffer = claimedType && buffers.get(claimedType);
  if (buffer === undefined || (claimedType !== 'string' && claimedType !== 'number')) return 8;
  const last = (buffer.count - 1) * 2;
  return (buffer.words[last + 1] ?? 0) - (buffer.words[last] ?? 0);
}

/** Settles the key types by an accepted record. Throws `KeyBorderError` when they differ: a key column never splits (loading.md §4.4). */
export function acceptKey(key: KeyColumns, batch: number): void {
  for (let index = 0; index < key.slots.length; index += 1) {
    const type = key.slots[index]?.claimedType;
    if ((key.types[index] ??= type) !== type) throw new KeyBorderError(batch);
  }
}
