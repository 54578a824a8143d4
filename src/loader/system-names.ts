import type { ColumnSpec, Sheet } from '../sinks/sink.ts';

/** Columns of our own (loading.md §8.1, §8.2). */
export const extractedColumn: ColumnSpec = { name: '_sdc_extracted_at', type: 'date' };
export const receivedColumn: ColumnSpec = { name: '_sdc_received_at', type: 'date' };
export const batchedColumn: ColumnSpec = { name: '_sdc_batched_at', type: 'date' };
export const sequenceColumn: ColumnSpec = { name: '_sdc_sequence', type: 'bigint' };
export const versionColumn: ColumnSpec = { name: '_sdc_table_version', type: 'bigint' };
/** In root tables without a key. */
export const identityColumn: ColumnSpec = { name: '__sdc_primary_key', type: 'string' };

/** What a subtable has from its root row, besides the key. */
export const copiedColumns: readonly ColumnSpec[] = [receivedColumn, batchedColumn, sequenceColumn, versionColumn];

/** A key column of the root table in its subtables. */
export function sourceKeyColumn({ name, type }: ColumnSpec, sheet: Sheet): ColumnSpec {
  return { name: sheet.shortenName(`_sdc_source_key_${name}`), type };
}

/** The index of a row in the array of that depth, from 0. */
export function levelColumn(level: number): ColumnSpec {
  return { name: `_sdc_level_${level}_id`, type: 'bigint' };
}

const always = new Set([...copiedColumns, extractedColumn, identityColumn].map(({ name }) => name));

export function isSystemColumn(name: string): boolean {
  return always.has(name) || /^_sdc_(?:source_key_|level_\d+_id$)/.test(name);
}
