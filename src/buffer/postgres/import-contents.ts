import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { postgresOptions } from '../../lib/postgres.ts';
import { createSession, inTransaction } from '../../lib/postgres-session.ts';
import type { BufferedBatch, Stream } from '../buffer.ts';
import type { BufferContents, SegmentContents } from '../embedded/contents.ts';
import { streamKey } from '../embedded/stream-key.ts';
import { addSegment, bufferSchema, dropSegments, findStreamIds, listSegments, takeCatalog } from './catalog.ts';
import type { Ownership } from './catalog.ts';
import { insertBatches, readBatches } from './segment-table.ts';
import type { StoredBatch } from './segment-table.ts';

/** The database holds another buffer, or a copy that differs from its original. */
class ImportError extends Error {
  override readonly name = 'ImportError';
}

export interface ImportedBuffer {
  readonly segments: number;
  readonly batches: number;
  /** Payload bytes. */
  readonly bytes: number;
}

interface SegmentDigest {
  readonly batches: number;
  readonly bytes: number;
  readonly hash: string;
}

const chunkBytes = 8 * 1024 * 1024;
const pageStreams = 1_000;
const queryMs = 600_000;
const settings = { search_path: bufferSchema, lock_timeout: '10s', enable_seqscan: 'off', enable_bitmapscan: 'off' };

/**
 * Makes the PostgreSQL buffer a copy of the contents: incarnation, head, acknowledged positions and every batch with its position, each
 * segment compared with its original by a hash over all of it. Repeating it finds what is there and copies the rest. Throws `ImportError`.
 */
export async function importContents(
  url: string,
  contents: BufferContents,
  progress: (segment: { number: number; copied: boolean; batches: number }) => void,
): Promise<ImportedBuffer> {
  const session = createSession({ ...postgresOptions({ url, name: 'thimble move', settings }), query_timeout: queryMs });
  try {
    return await session.run((client) => importAll(client, contents, progress));
  } finally {
    await session.end();
  }
}

async function importAll(
  client: Client,
  contents: BufferContents,
  progress: Parameters<typeof importContents>[2],
): Promise<ImportedBuffer> {
  const taken = await takeCatalog(client, contents.incarnation);
  if (taken.incarnation !== contents.incarnation) throw new ImportError('The database holds the buffer of another installation.');
  const ids = await addStreams(client, contents);
  await acknowledge(client, contents, ids);
  const numbers = new Set(contents.segments.map(({ number }) => number));
  const listed = new Map(taken.segments.map((segment) => [segment.number, segment]));
  await inTransaction(client, () =>
    dropSegments(
      client,
      taken.segments.filter(({ number }) => !numbers.has(number)),
    ),
  );

  const total = { segments: contents.segments.length, batches: 0, bytes: 0 };
  for (const segment of contents.segments) {
    const original = digestSegment(segment);
    const there = listed.get(segment.number);
    let copied = false;
    if (there === undefined || (await digestTable(client, segment, there.table, ids)).hash !== original.hash) {
      copied = true;
      const table = await copySegment(client, segment, { ids, ownership: taken.ownership, replaces: there === undefined ? [] : [there] });
      const copy = await digestTable(client, segment, table, ids);
      if (copy.hash !== original.hash)
        throw new ImportError(`The copy of segment ${segment.number} of the buffer differs from its original.`);
    }
    total.batches += original.batches;
    total.bytes += original.bytes;
    progress({ number: segment.number, copied, batches: original.batches });
  }
  await compareCatalog(client, contents, ids);
  return total;
}

async function addStreams(client: Client, { acknowledged, segments }: BufferContents): Promise<Map<string, number>> {
  const streams = new Map<string, Stream>();
  for (const stream of [...acknowledged, ...segments.flatMap((segment) => segment.streams)]) streams.set(streamKey(stream), stream);
  const ids = new Map<string, number>();
  const all = [...streams];
  for (let start = 0; start < all.length; start += pageStreams) {
    const page = all.slice(start, start + pageStreams);
    const found = await findStreamIds(
      client,
      page.map(([, stream]) => stream),
    );
    for (const [index, [key]] of page.entries()) ids.set(key, found[index] ?? 0);
  }
  return ids;
}

/** Sets, not raises: the original decides. */
async function acknowledge(client: Client, { acknowledged, head }: BufferContents, ids: ReadonlyMap<string, number>): Promise<void> {
  await inTransaction(client, async () => {
    await client.query('update buffer set floor = $1', [head]);
    await client.query(
      `update stream as s set acknowledged = given.position
       from (select unnest($1::bigint[]) as id, unnest($2::bigint[]) as position) as given where s.id = given.id`,
      [acknowledged.map((stream) => ids.get(streamKey(stream)) ?? 0), acknowledged.map(({ position }) => position)],
    );
  });
}

async function copySegment(
  client: Client,
  segment: SegmentContents,
  { ids, ownership, replaces }: { ids: ReadonlyMap<string, number>; ownership: Ownership; replaces: Parameters<typeof dropSegments>[1] },
): Promise<string> {
  return inTransaction(client, async () => {
    await dropSegments(client, replaces);
    const { table } = await addSegment(client, segment.number, ownership.current, true);
    let chunk: StoredBatch[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      if (chunk.length > 0) await insertBatches(client, table, chunk);
      chunk = [];
      bytes = 0;
    };
    for (const stream of segment.streams) {
      const streamId = ids.get(streamKey(stream)) ?? 0;
      for (const batch of segment.read(stream)) {
        chunk.push({ ...batch, streamId });
        bytes += batch.payload.byteLength;
        if (bytes >= chunkBytes || chunk.length >= 10_000) await flush();
      }
    }
    await flush();
    return table;
  });
}

function digestSegment(segment: SegmentContents): SegmentDigest {
  const digest = createDigest();
  for (const stream of segment.streams) {
    digest.begin(stream);
    for (const batch of segment.read(stream)) digest.add(batch);
  }
  return digest.end();
}

async function digestTable(
  client: Client,
  segment: SegmentContents,
  table: string,
  ids: ReadonlyMap<string, number>,
): Promise<SegmentDigest> {
  const digest = createDigest();
  let known = 0;
  for (const stream of segment.streams) {
    digest.begin(stream);
    const limits = { upTo: Number.MAX_SAFE_INTEGER, maxBatches: 2_000, maxBytes: chunkBytes, maxFirstBytes: Number.MAX_SAFE_INTEGER };
    for (let after = 0; ;) {
      const batches = await readBatches(client, table, ids.get(streamKey(stream)) ?? 0, { ...limits, after });
      for (const batch of batches) digest.add(batch);
      known += batches.length;
      const last = batches.at(-1);
      if (last === undefined) break;
      after = last.position;
    }
  }
  const { rows } = await client.query(`select count(*)::float8 as batches from ${table}`);
  if ((rows[0] as { batches: number }).batches !== known) digest.spoil();
  return digest.end();
}

/** A hash over streams and batches in their order, payloads included. */
function createDigest(): { begin(stream: Stream): void; add(batch: BufferedBatch): void; spoil(): void; end(): SegmentDigest } {
  const hash = createHash('sha256');
  let batches = 0;
  let bytes = 0;
  return {
    begin: (stream) => void hash.update(`\nstream ${JSON.stringify(streamKey(stream))}\n`),
    add({ position, receivedAt, records, payload }) {
      hash.update(`${position} ${receivedAt} ${records} ${payload.byteLength}\n`).update(payload);
      batches += 1;
      bytes += payload.byteLength;
    },
    spoil: () => void hash.update('with batches of others'),
    end: () => ({ batches, bytes, hash: hash.digest('hex') }),
  };
}

async function compareCatalog(
  client: Client,
  { head, acknowledged, segments }: BufferContents,
  ids: ReadonlyMap<string, number>,
): Promise<void> {
  const { rows } = await client.query(
    'select id::float8 as id, acknowledged::float8 as position from stream where acknowledged > 0 order by id',
  );
  const there = (rows as { id: number; position: number }[]).map(({ id, position }) => `${id}:${position}`);
  const wanted = acknowledged.map((stream) => [ids.get(streamKey(stream)) ?? 0, stream.position] as const).sort(([a], [b]) => a - b);
  const floor = await client.query('select floor::float8 as floor from buffer');
  const same =
    there.join() === wanted.map(([id, position]) => `${id}:${position}`).join() &&
    (floor.rows[0] as { floor: number }).floor === head &&
    (await listSegments(client)).length === segments.length;
  if (!same) throw new ImportError('The copy of the catalogue of the buffer differs from its original.');
}
