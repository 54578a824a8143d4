import { findSourceType } from '../../../contract/connect-api/source-types.ts';
import { AppError } from '../../../contract/errors.ts';
import type { SingerCatalog } from '../../../contract/singer-catalog.ts';
import { insertStreams, listEveryStream, updateStream, type StreamRow } from '../../store/queries/stream.ts';
import { requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getLiveSource } from '../source/find.ts';
import type { MetadataEntry } from './metadata.ts';

export interface Discovery {
  readonly found: number;
  readonly added: number;
  readonly gone: number;
}

type Found = Pick<StreamRow, 'tap_stream_id' | 'name' | 'schema' | 'discovered'>;

/**
 * Takes a Singer catalog as the newest discovery of a source. Streams keep their ids and what was written of them, also over a discovery
 * that does not have them. Throws `invalid_id`, `invalid_type` for types without streams, `invalid_body` for a `tap_stream_id` used twice.
 */
export async function discoverStreams(ctx: DomainContext, accountId: number, sourceId: number, catalog: SingerCatalog): Promise<Discovery> {
  requireAccount(ctx.actor, accountId);
  const found = new Map(catalog.streams.map((stream) => [stream.tap_stream_id, toFound(stream)]));
  if (found.size < catalog.streams.length) throw new AppError('invalid_body', 'The catalog has two streams with one tap_stream_id.');
  const subject = `source:${sourceId}`;
  return change(ctx, subject, async (tx) => {
    const { type } = await getLiveSource(tx, accountId, sourceId);
    const card = findSourceType(type);
    if (card !== undefined && !card.steps.some((step) => step.type === 'field_selection'))
      throw new AppError('invalid_type', `Sources of type ${type} have no streams to choose.`);
    const now = ctx.now();
    const known = await listEveryStream(tx, sourceId);
    const ids = new Set(known.map((row) => row.tap_stream_id));
    const added = [...found.values()].filter((stream) => !ids.has(stream.tap_stream_id));
    let gone = 0;
    for (const row of known) {
      const stream = found.get(row.tap_stream_id);
      if (stream !== undefined) {
        if (isChanged(row, stream)) await updateStream(tx, row.id, { ...stream, discovered_at: now, gone_at: null });
      } else if (row.gone_at === null) {
        gone += 1;
        await updateStream(tx, row.id, { gone_at: now });
      }
    }
    await insertStreams(
      tx,
      added.map((stream) => ({ ...stream, source_id: sourceId, written: '[]', discovered_at: now, gone_at: null })),
    );
    const discovery = { found: found.size, added: added.length, gone };
    await recordAudit(ctx, tx, { accountId, verb: 'source.discover', subject, after: discovery });
    return discovery;
  });
}

/** A stream as it is stored. A selection in the file is not taken over: members select. */
function toFound({ tap_stream_id, stream, schema, metadata, key_properties: keys }: SingerCatalog['streams'][number]): Found {
  const entries: MetadataEntry[] = metadata.map((entry) => ({ ...entry, metadata: withoutSelection(entry.metadata) }));
  const ofStream = entries.find(({ breadcrumb }) => breadcrumb.length === 0);
  // Older taps name the key beside the metadata.
  const isKeyless = ofStream === undefined || !('table-key-properties' in ofStream.metadata);
  if (keys != null && isKeyless) entries.push({ breadcrumb: [], metadata: { 'table-key-properties': keys } });
  return { tap_stream_id, name: stream ?? tap_stream_id, schema: JSON.stringify(schema), discovered: JSON.stringify(entries) };
}

function withoutSelection(metadata: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { selected: _, ...rest } = metadata;
  return rest;
}

function isChanged(row: StreamRow, stream: Found): boolean {
  return row.gone_at !== null || row.name !== stream.name || row.schema !== stream.schema || row.discovered !== stream.discovered;
}
