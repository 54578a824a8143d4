import type { Client } from 'pg';
import { inTransaction } from '../../lib/postgres-session.ts';
import { addToPart } from '../embedded/segment.ts';
import { dropSegments, listStreams, requireOwner, takeCatalog } from './catalog.ts';
import type { CatalogSegment, Ownership } from './catalog.ts';
import { measurePending, measureTable } from './segment-table.ts';
import type { TableSegment } from './segment-table.ts';
import { createTableSet } from './table-set.ts';
import type { TableSet } from './table-set.ts';

export interface OpenedTables {
  readonly incarnation: string;
  readonly ownership: Ownership;
  readonly set: TableSet;
  /** Highest position ever assigned. */
  readonly head: number;
  /** By stream key. */
  readonly streamIds: Map<string, number>;
  readonly acknowledged: Map<string, number>;
}

/** Takes the buffer over and counts what is pending; throws when it is not ours to read. */
export async function openTables(client: Client, segmentBytes: number): Promise<OpenedTables> {
  const { incarnation, floor, ownership, segments: listed } = await takeCatalog(client);
  const streams = await listStreams(client);
  const keys = new Map(streams.map(({ id, key }) => [id, key]));
  const found: (TableSegment & CatalogSegment)[] = [];
  for (const segment of listed) found.push(await readSegment(client, segment, keys));
  found.sort((a, b) => a.lastPosition - b.lastPosition);
  const last = found.at(-1);
  const active = last !== undefined && !last.sealed && last.fileBytes < segmentBytes ? last : undefined;
  const drained = found.filter((segment) => segment.parts.size === 0 && segment !== active);
  await inTransaction(client, async () => {
    await requireOwner(client, ownership);
    await dropSegments(client, drained);
  });
  return {
    incarnation,
    ownership,
    set: createTableSet(
      found.filter((segment) => !drained.includes(segment)),
      active,
      Math.max(0, ...listed.map(({ number }) => number)),
    ),
    head: Math.max(floor, ...found.map(({ lastPosition }) => lastPosition)),
    streamIds: new Map(streams.map(({ id, key }) => [key, id])),
    acknowledged: new Map(streams.flatMap(({ key, acknowledged }) => (acknowledged > 0 ? [[key, acknowledged]] : []))),
  };
}

async function readSegment(
  client: Client,
  listed: CatalogSegment,
  keys: ReadonlyMap<number, string>,
): Promise<TableSegment & CatalogSegment> {
  const segment = { ...listed, path: '', parts: new Map(), ...(await measureTable(client, listed.table)) };
  const { lastPosition } = segment;
  for (const { streamId, ...pending } of await measurePending(client, listed.table)) {
    addToPart(segment, keys.get(streamId) ?? '', streamId, pending);
  }
  return { ...segment, lastPosition };
}
