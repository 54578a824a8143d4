import { writableStreamKeys, type Stream, type StreamSchema } from '../../../contract/connect-api/streams.ts';
import { readSelected, type Metadata } from '../../domain/stream/metadata.ts';
import type { StreamView } from '../../domain/stream/view.ts';

/** A stream as the Stream object of connect-api.md §7.1. */
export function presentStream({ row, selected, metadata }: StreamView): Stream {
  return {
    stream_id: row.id,
    tap_stream_id: row.tap_stream_id,
    stream_name: row.name,
    selected,
    metadata: presentMetadata(metadata),
  };
}

/** Its schema and the metadata of its fields (connect-api.md §7.2). */
export function presentStreamSchema({ schema, metadata, fields }: StreamView): StreamSchema {
  const ofFields = [...fields].map(([field, known]) => ({ breadcrumb: ['properties', field], metadata: presentMetadata(known) }));
  return {
    schema: JSON.stringify(schema, withoutBackslashes),
    metadata: [{ breadcrumb: [], metadata: presentMetadata(metadata) }, ...ofFields],
    'non-discoverable-metadata-keys': [...writableStreamKeys],
  };
}

/** Clients read `selected` of everything without looking whether it is there (connect-api.md §7.4, §7.5). */
function presentMetadata(metadata: Metadata): StreamSchema['metadata'][number]['metadata'] {
  return { ...metadata, selected: readSelected(metadata) };
}

const annotations: ReadonlySet<string> = new Set(['title', 'description', 'pattern', '$comment']);

/** Leaves texts out that JSON can only write with a backslash: a client strips every one before it parses (connect-api.md §7.2). */
function withoutBackslashes(key: string, value: unknown): unknown {
  return typeof value === 'string' && annotations.has(key) && JSON.stringify(value).includes('\\') ? undefined : value;
}
