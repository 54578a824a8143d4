/** Singer metadata of one stream: entries by breadcrumb, `[]` for the stream itself and `["properties", field]` for a field. */

export type Metadata = Readonly<Record<string, unknown>>;

export interface MetadataEntry {
  readonly breadcrumb: readonly string[];
  readonly metadata: Metadata;
}

/** Reads entries as they are stored. */
export function readEntries(json: string): MetadataEntry[] {
  return JSON.parse(json) as MetadataEntry[];
}

/** Entries by breadcrumb; what a later one says of the same breadcrumb wins key by key. */
export function mergeEntries(...lists: readonly (readonly MetadataEntry[])[]): Map<string, MetadataEntry> {
  const merged = new Map<string, MetadataEntry>();
  for (const { breadcrumb, metadata } of lists.flat()) {
    const key = keyOf(breadcrumb);
    merged.set(key, { breadcrumb, metadata: { ...merged.get(key)?.metadata, ...metadata } });
  }
  return merged;
}

/** What is known of one breadcrumb. */
export function metadataOf(entries: ReadonlyMap<string, MetadataEntry>, breadcrumb: readonly string[]): Metadata {
  return entries.get(keyOf(breadcrumb))?.metadata ?? {};
}

/** Whether somebody selected it; null: nobody chose yet. */
export function readSelected(metadata: Metadata): boolean | null {
  const selected = metadata['selected'];
  return typeof selected === 'boolean' ? selected : null;
}

/** The field a breadcrumb is about; undefined for the stream itself and for what lies deeper. */
export function fieldOf(breadcrumb: readonly string[]): string | undefined {
  return breadcrumb.length === 2 && breadcrumb[0] === 'properties' ? breadcrumb[1] : undefined;
}

function keyOf(breadcrumb: readonly string[]): string {
  return JSON.stringify(breadcrumb);
}
