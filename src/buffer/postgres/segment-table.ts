import type { Client } from 'pg';
import type { BufferedBatch } from '../buffer.ts';
import type { Measure } from '../embedded/segment-file.ts';
import type { Segment } from '../embedded/segment.ts';
import { byteaArray } from './bytea-array.ts';

/** A segment that is a table. Batches are only ever added; what is acknowledged leaves with the whole table (ADR 21). */
export interface TableSegment extends Segment {
  /** Changes hands with the buffer: who still has an older name can add nothing. */
  table: string;
}

/** A batch with the id of its stream. */
export interface StoredBatch extends BufferedBatch {
  readonly streamId: number;
}

/** What a row costs on disk beyond its payload, heap and index, in bytes. */
export const rowBytes = 120;

/** The name of a segment's table while `owner` has the buffer. */
export function tableName(number: number, owner: string): string {
  return `segment_${number}_${owner.slice(0, 8)}`;
}

/** Makes a segment's table, inside a transaction. Nothing in it is ever changed, so nothing in it needs vacuuming. */
export async function createTable(client: Client, table: string): Promise<void> {
  await client.query(
    `create table ${table} (
       position bigint primary key, stream bigint not null, received_at bigint not null, records bigint not null, bytes bigint not null,
       payload bytea not null
     ) with (autovacuum_enabled = false, toast.autovacuum_enabled = false);
     alter table ${table} alter column payload set storage external;
     create index on ${table} (stream, position) include (bytes)`,
  );
}

/** Adds batches in one statement: all of them or none. */
export async function insertBatches(client: Client, table: string, batches: readonly StoredBatch[]): Promise<void> {
  await client.query(
    `insert into ${table} (position, stream, received_at, records, bytes, payload)
     select unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::bigint[]), unnest($5::bigint[]), unnest($6::bytea[])`,
    [
      batches.map(({ position }) => position),
      batches.map(({ streamId }) => streamId),
      batches.map(({ receivedAt }) => receivedAt),
      batches.map(({ records }) => records),
      batches.map(({ payload }) => payload.byteLength),
      byteaArray(batches.map(({ payload }) => payload)),
    ],
  );
}

export interface ReadLimits {
  readonly after: number;
  readonly upTo: number;
  readonly maxBatches: number;
  readonly maxBytes: number;
  /** The first batch is taken up to this size, whatever `maxBytes` says. */
  readonly maxFirstBytes: number;
}

/** The batches of a stream in `(after, upTo]`, rising, as many as the limits allow. */
export async function readBatches(client: Client, table: string, streamId: number, limits: ReadLimits): Promise<BufferedBatch[]> {
  const { rows } = await client.query({
    text: `select position::float8, received_at::float8, records::float8, payload from (
        select *, sum(bytes) over (order by position) as total, row_number() over (order by position) as turn from (
          select * from ${table} where stream = $1 and position > $2 and position <= $3 order by position limit $4
        ) as next
      ) as counted
      where total <= $5::bigint or (turn = 1 and bytes <= $6::bigint) order by position`,
    values: [streamId, limits.after, limits.upTo, limits.maxBatches, limits.maxBytes, limits.maxFirstBytes],
    rowMode: 'array',
    types: { getTypeParser: (oid: number) => (oid === byteaOid ? (text: string) => text : Number) as never },
  });
  return (rows as [number, number, number, string][]).map(([position, receivedAt, records, hex]) => ({
    position,
    receivedAt,
    records,
    payload: parseHex(hex),
  }));
}

const byteaOid = 17;

/** `\x…` to bytes that have their memory for themselves, so that it can be handed to a thread. */
function parseHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((hex.length - 2) / 2);
  Buffer.from(bytes.buffer).write(hex.slice(2), 'hex');
  return bytes;
}

/** Counts the batches of a stream in `(after, upTo]`. */
export async function measure(client: Client, table: string, streamId: number, after: number, upTo: number): Promise<Measure> {
  const { rows } = await client.query(
    `select count(*)::float8 as batches, coalesce(sum(bytes), 0)::float8 as bytes, coalesce(max(position), 0)::float8 as last
     from ${table} where stream = $1 and position > $2 and position <= $3`,
    [streamId, after, upTo],
  );
  return rows[0] as Measure;
}

/** What every stream has in a table and is not acknowledged. */
export async function measurePending(client: Client, table: string): Promise<(Measure & { streamId: number })[]> {
  const { rows } = await client.query(
    `select s.id::float8 as "streamId", count(*)::float8 as batches, sum(b.bytes)::float8 as bytes, max(b.position)::float8 as last
     from ${table} as b join stream as s on s.id = b.stream where b.position > s.acknowledged group by s.id`,
  );
  return rows as (Measure & { streamId: number })[];
}

/** Bytes a table occupies with everything that belongs to it, and its highest position. */
export async function measureTable(client: Client, table: string): Promise<{ fileBytes: number; lastPosition: number }> {
  const { rows } = await client.query(
    `select pg_total_relation_size('${table}'::regclass)::float8 as "fileBytes", coalesce(max(position), 0)::float8 as "lastPosition" from ${table}`,
  );
  return rows[0] as { fileBytes: number; lastPosition: number };
}
