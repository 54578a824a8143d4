import { replicationMethod, writableFieldKeys, writableStreamKeys, type WriteMetadataBody } from '../../../contract/connect-api/streams.ts';
import { AppError } from '../../../contract/errors.ts';
import type { StreamRow } from '../../store/queries/stream.ts';
import { fieldOf, mergeEntries, readEntries, type Metadata, type MetadataEntry } from './metadata.ts';
import { findReplicationProblem } from './replication.ts';
import { viewStream, type StreamView } from './view.ts';

export interface PlannedWrite {
  readonly row: StreamRow;
  /** Everything written of the stream so far, with what is asked for merged in. */
  readonly written: readonly MetadataEntry[];
  /** Merged, for the audit log. */
  readonly stream: Metadata;
  readonly fields: number;
}

/** What a body changes, all of it or nothing. Throws `invalid_metadata`, naming ids and keys (connect-api.md §2.3, §7.3). */
export function planMetadata(rows: readonly StreamRow[], { streams }: WriteMetadataBody, options: { logBased: boolean }): PlannedWrite[] {
  const byId = new Map(rows.map((row) => [row.tap_stream_id, row]));
  const unknown = streams.map(({ tap_stream_id: id }) => id).filter((id) => typeof id !== 'string' || !byId.has(id));
  if (unknown.length > 0) {
    const shown = unknown.slice(0, 20).map((id) => (typeof id === 'string' ? id : id == null ? 'nil' : JSON.stringify(id)));
    throw invalidMetadata(`Each tap_stream_id must be one of a stream of the source; these are not: [${shown.join(' ')}]`);
  }
  const asked = new Map<StreamRow, MetadataEntry[]>();
  for (const { tap_stream_id: id, metadata } of streams) {
    const row = typeof id === 'string' ? byId.get(id) : undefined;
    if (row !== undefined) asked.set(row, [...(asked.get(row) ?? []), ...metadata]);
  }
  return [...asked].map(([row, entries]) => planStream(row, entries, options));
}

function planStream(row: StreamRow, asked: readonly MetadataEntry[], options: { logBased: boolean }): PlannedWrite {
  const before = viewStream(row);
  const entries = asked.map((entry) => parseEntry(before, entry));
  const written = [...mergeEntries(readEntries(row.written), entries).values()];
  const after = viewStream(row, written);
  const ofStream = entries.filter(({ breadcrumb }) => breadcrumb.length === 0);
  const problem = ofStream.length === 0 ? undefined : findReplicationProblem(after, options);
  if (problem !== undefined) throw invalidMetadata(`${row.tap_stream_id}: ${problem}`);
  return {
    row,
    written,
    stream: Object.assign({}, ...ofStream.map(({ metadata }) => metadata)) as Metadata,
    fields: entries.length - ofStream.length,
  };
}

/** One entry of a body, with its values in their own types. */
function parseEntry(stream: StreamView, { breadcrumb, metadata }: MetadataEntry): MetadataEntry {
  const { tap_stream_id: id } = stream.row;
  const field = fieldOf(breadcrumb);
  const ofField = field === undefined ? undefined : stream.fields.get(field);
  if (breadcrumb.length > 0 && ofField === undefined)
    throw invalidMetadata(`${id}: there is no field at the breadcrumb ${JSON.stringify(breadcrumb)}`);
  const writable: readonly string[] = ofField === undefined ? writableStreamKeys : writableFieldKeys;
  const readOnly = Object.keys(metadata).filter((key) => !writable.includes(key));
  if (readOnly.length > 0)
    throw invalidMetadata(
      `${id}: only non-discoverable metadata keys can be written${field === undefined ? '' : ' of a field'}, not [${readOnly.join(' ')}]`,
    );
  const values = Object.entries(metadata).map(([key, value]) => [key, parseValue(id, key, value)] as const);
  if (ofField?.['inclusion'] === 'unsupported' && values.some(([, value]) => value === true))
    throw invalidMetadata(`${id}: the field ${field} is unsupported and cannot be selected`);
  return { breadcrumb, metadata: Object.fromEntries(values) };
}

/** Null takes back what was written, except a selection: that is never untouched again (connect-api.md §7.1). */
function parseValue(id: string, key: string, value: unknown): unknown {
  switch (key) {
    case 'selected':
      if (value === true || value === 'true') return true;
      if (value === false || value === 'false') return false;
      throw invalidMetadata(`${id}: selected must be true or false`);
    case 'replication-method':
      if (value === null || replicationMethod.safeParse(value).success) return value;
      throw invalidMetadata(`${id}: replication-method must be one of ${replicationMethod.options.join(', ')}`);
    case 'replication-key':
      if (value === null || (typeof value === 'string' && value !== '')) return value;
      throw invalidMetadata(`${id}: replication-key must be the name of a field`);
    default:
      if (value === null || (Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string'))) return value;
      throw invalidMetadata(`${id}: ${key} must be a list of fields`);
  }
}

function invalidMetadata(message: string): AppError<'invalid_metadata'> {
  return new AppError('invalid_metadata', `${message}.`.slice(0, 2000));
}
