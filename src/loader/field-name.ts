import type { Sheet } from '../sinks/sink.ts';

/** What one field is called in the destination, and what its name alone already decides (loading.md §2.3, §2.4). */
export interface FieldName {
  /** Cleaned path segments joined by `__`. */
  readonly column: string;
  readonly folded: string;
  /** The record is refused whatever the field holds. */
  readonly refuseField: string | undefined;
  /** The record is refused when the field would become a column. */
  readonly refuseColumn: string | undefined;
  /** Only this field is left out; the rest of the record loads. */
  readonly dropColumn: string | undefined;
  /** Nothing was left after cleaning: whatever is below the field is left out too. */
  readonly nameless: boolean;
}

/** Data columns that integrations send themselves and that pass the prefix ban (loading.md §8.3). */
const sentBySources = new Set([
  '_sdc_deleted_at',
  '_sdc_replication_id',
  '_sdc_source_file',
  '_sdc_source_lineno',
  '_sdc_extra',
  '_sdc_record_hash',
  '_sdc_dimensions_hash_key',
  '_sdc_customer_id',
  '_sdc_report_datetime',
]);

const reservedPrefix = /^(?:_sdc|_rjm|__sdc_primary_key$)/i;

/** Names come from the client and may be megabytes long; below this a reason quotes them in full. */
const quotedLength = 300;

/** Whether a raw or cleaned table name starts with a prefix that belongs to us (loading.md §2.4). */
function hasReservedPrefix(name: string): boolean {
  return reservedPrefix.test(name);
}

/** A client's text as a rejection reason may carry it: bounded, without control characters. */
export function quoteForReason(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is removed
  const plain = text.slice(0, quotedLength).replace(/[\u0000-\u001f\u007f]/g, ' ');
  return text.length > quotedLength ? `${plain}…` : plain;
}

/** Names a field from its raw key and the cleaned path before it (`''` or ending in `__`). */
export function planFieldName(sheet: Sheet, prefix: string, raw: string): FieldName {
  const sent = prefix === '' && sentBySources.has(raw.toLowerCase());
  const segment = sent ? raw : sheet.cleanName(raw);
  const column = prefix + segment;
  const reserved = !sent && ((prefix === '' && hasReservedPrefix(raw)) || hasReservedPrefix(column));
  const nameless = segment === '';
  const folded = sheet.foldName(column);
  return {
    column,
    folded,
    nameless,
    refuseField: reserved ? `column names from client should not start with a reserved prefix on ${quoteForReason(raw)}` : undefined,
    refuseColumn: sheet.reservedSuffixes.some((suffix) => column.toLowerCase().endsWith(suffix))
      ? `column names from client should not include reserved datatype suffix on ${quoteForReason(column)}`
      : undefined,
    dropColumn: nameless
      ? `Column name [${quoteForReason(raw)}] has no character that ${sheet.label} names may have`
      : sheet.nameLength(column) > sheet.maxColumnName
        ? `Column name [${quoteForReason(column)}] is too long for ${sheet.label}`
        : sheet.systemColumns.includes(column)
          ? `Column name [${column}] belongs to ${sheet.label}`
          : undefined,
  };
}

/** Why no record of a root table can load under its name, or undefined (loading.md §2.2, §2.4). */
export function refuseTableName(sheet: Sheet, raw: string): string | undefined {
  const name = sheet.cleanName(raw);
  if (name === '') return `Table name [${quoteForReason(raw)}] has no character that ${sheet.label} names may have`;
  if (hasReservedPrefix(raw) || hasReservedPrefix(name))
    return `table names from client should not start with a reserved prefix on ${quoteForReason(raw)}`;
  return refuseTableLength(sheet, name);
}

/** Reason for a table name over the destination's limit, or undefined. */
export function refuseTableLength(sheet: Sheet, name: string): string | undefined {
  return sheet.nameLength(name) > sheet.maxTableName ? `Table name [${quoteForReason(name)}] is too long for ${sheet.label}` : undefined;
}
