import type { StreamRow } from '../../store/queries/stream.ts';
import { isFieldReplicated } from './field-selection.ts';
import { fieldOf, mergeEntries, metadataOf, readEntries, readSelected, type Metadata, type MetadataEntry } from './metadata.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A stream with what was discovered and what was written put together. */
export interface StreamView {
  readonly row: StreamRow;
  readonly schema: JsonSchema;
  readonly selected: boolean | null;
  readonly metadata: Metadata;
  /** One for each top-level field of the schema, and for what discovery tells of fields the schema lacks. */
  readonly fields: ReadonlyMap<string, Metadata>;
}

/** Puts a stored stream together; `written` is what the row holds unless it is about to change. */
export function viewStream(row: StreamRow, written: readonly MetadataEntry[] = readEntries(row.written)): StreamView {
  const schema = JSON.parse(row.schema) as JsonSchema;
  const entries = mergeEntries(readEntries(row.discovered), written);
  const { properties } = schema;
  const names = new Set(typeof properties === 'object' && properties !== null ? Object.keys(properties) : []);
  for (const { breadcrumb } of readEntries(row.discovered)) {
    const field = fieldOf(breadcrumb);
    if (field !== undefined) names.add(field);
  }
  const metadata = metadataOf(entries, []);
  return {
    row,
    schema,
    selected: readSelected(metadata),
    metadata,
    fields: new Map([...names].map((name) => [name, metadataOf(entries, ['properties', name])])),
  };
}

/** Whether a job would extract something of it (connect-api.md §6.2, field_selection). */
export function isReplicated({ selected, fields }: StreamView): boolean {
  if (selected !== true) return false;
  return [...fields.values()].some((field) => {
    const byDefault = field['selected-by-default'];
    return isFieldReplicated({
      inclusion: field['inclusion'],
      selected: readSelected(field),
      selectedByDefault: typeof byDefault === 'boolean' ? byDefault : null,
    });
  });
}
