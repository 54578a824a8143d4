import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { Stream } from '../buffer.ts';
import { inTransaction } from '../../lib/postgres-session.ts';
import { streamKey } from '../embedded/stream-key.ts';
import { createTable, tableName } from './segment-table.ts';
import type { TableSegment } from './segment-table.ts';

/** Everything of the buffer is in this schema of the database. */
export const bufferSchema = 'thimble_buffer';

/** Names are bytes: PostgreSQL's text holds no U+0000. Their digest is indexed, for an index entry has a greatest size. */
const schema = `
  create schema if not exists ${bufferSchema};
  create table if not exists buffer (format bigint not null, incarnation text not null, floor bigint not null, owner text not null);
  create table if not exists stream (
    id bigint generated always as identity primary key, source_id bigint not null, name bytea not null,
    name_digest bytea not null generated always as (sha256(name)) stored, acknowledged bigint not null default 0,
    unique (source_id, name_digest)
  ) with (fillfactor = 50);
  create table if not exists segment (number bigint primary key, table_name text not null, sealed boolean not null)`;
const format = 1;

/** Another server has taken the buffer over: this one may add and acknowledge nothing any more. */
export class BufferTakenError extends Error {
  override readonly name = 'BufferTakenError';
  constructor() {
    super('Another server has taken over the buffer.');
  }
}

/**
 * Who may change the buffer. Each opening makes a new owner, and so does each doubt about what a lost session may still do: a
 * statement of an earlier owner, however late it is performed, finds its table renamed and its name gone from the row.
 */
export interface Ownership {
  /** The newest name; tables it made or renamed carry it. */
  current: string;
  /** Every name this process tried: a commit whose answer was lost may have set any of them. */
  readonly tried: string[];
}

export interface CatalogSegment {
  readonly number: number;
  readonly table: string;
  readonly sealed: boolean;
}

/** Makes the buffer when there is none, and takes it over; what others had under way is committed or void afterwards. */
export async function takeCatalog(
  client: Client,
  newIncarnation: string = randomUUID(),
): Promise<{ incarnation: string; floor: number; ownership: Ownership; segments: CatalogSegment[] }> {
  return inTransaction(client, async () => {
    await client.query(schema);
    const owner = randomUUID();
    const found = await findBuffer(client);
    if (found !== undefined && found.format !== format) throw new Error('The buffer was written by another version of Thimble.');
    const { incarnation, floor } = found ?? { incarnation: newIncarnation, floor: 0 };
    if (found === undefined) await client.query('insert into buffer values ($1, $2, 0, $3)', [format, incarnation, owner]);
    else await client.query('update buffer set owner = $1', [owner]);
    const segments: CatalogSegment[] = [];
    for (const segment of await listSegments(client)) segments.push(segment.sealed ? segment : await renameTable(client, segment, owner));
    return { incarnation, floor, ownership: { current: owner, tried: [owner] }, segments };
  });
}

/** Sets a new owner inside a transaction, so that nothing an earlier session sent can still happen. Throws `BufferTakenError`. */
export async function renewOwner(client: Client, ownership: Ownership): Promise<void> {
  const owner = randomUUID();
  const { rowCount } = await client.query('update buffer set owner = $1 where owner = any($2)', [owner, ownership.tried]);
  if (rowCount !== 1) throw new BufferTakenError();
  ownership.tried.push(owner);
  ownership.current = owner;
}

/**
 * Inside a transaction: fails unless this process still owns the buffer, and holds other owners off until it ends. Alone, it first
 * waits until every transaction that did the same is committed or void, whatever became of its session. Throws `BufferTakenError`.
 */
export async function requireOwner(client: Client, ownership: Ownership, { alone = false } = {}): Promise<void> {
  const lock = alone ? 'for update' : 'for share';
  const { rowCount } = await client.query(`select from buffer where owner = any($1) ${lock}`, [ownership.tried]);
  if (rowCount !== 1) throw new BufferTakenError();
}

/** Gives a segment's table the name of its owner; waits for whoever is adding to it. */
export async function renameTable(client: Client, segment: CatalogSegment, owner: string): Promise<CatalogSegment> {
  const table = tableName(segment.number, owner);
  await client.query(`alter table ${segment.table} rename to ${table}`);
  await client.query('update segment set table_name = $2 where number = $1', [segment.number, table]);
  return { ...segment, table };
}

/** The segments in the order of their numbers. */
export async function listSegments(client: Client): Promise<CatalogSegment[]> {
  const { rows } = await client.query('select number::float8 as number, table_name as "table", sealed from segment order by number');
  return rows as CatalogSegment[];
}

/** Makes a segment that takes appends, inside a transaction; the one before takes none any more. */
export async function addSegment(client: Client, number: number, owner: string, sealed: boolean): Promise<TableSegment> {
  const table = tableName(number, owner);
  await createTable(client, table);
  if (!sealed) await client.query('update segment set sealed = true where not sealed');
  await client.query('insert into segment values ($1, $2, $3)', [number, table, sealed]);
  return { number, path: '', table, lastPosition: 0, fileBytes: 0, parts: new Map() };
}

/** Takes tables for this transaction alone, at once or not at all: a backup may be reading them for hours. */
export async function lockTables(client: Client, segments: readonly TableSegment[]): Promise<void> {
  await client.query(`lock table ${segments.map(({ table }) => table).join(', ')} in access exclusive mode nowait`);
}

/** Drops segments, inside a transaction: their disk space is free when it commits. */
export async function dropSegments(client: Client, segments: readonly CatalogSegment[] | readonly TableSegment[]): Promise<void> {
  for (const { number, table } of segments) {
    await client.query(`drop table ${table}`);
    await client.query('delete from segment where number = $1', [number]);
  }
}

/** Ids of streams, made when they are new. A stream without batches is harmless. */
export async function findStreamIds(client: Client, streams: readonly Stream[]): Promise<number[]> {
  const sources = streams.map(({ sourceId }) => sourceId);
  const names = streams.map(({ table }) => nameBytes(table));
  const given = 'select unnest($1::bigint[]) as source_id, unnest($2::bytea[]) as name';
  await client.query(`insert into stream (source_id, name) ${given} on conflict do nothing`, [sources, names]);
  const { rows } = await client.query(
    `select s.id::float8 as id from (select *, row_number() over () as turn from (${given}) as pairs) as given
     join stream as s on s.source_id = given.source_id and s.name_digest = sha256(given.name) order by turn`,
    [sources, names],
  );
  return (rows as { id: number }[]).map(({ id }) => id);
}

/** Every stream that was ever appended to. */
export async function listStreams(client: Client): Promise<(Stream & { id: number; key: string; acknowledged: number })[]> {
  const { rows } = await client.query(
    'select id::float8 as id, source_id::float8 as "sourceId", name, acknowledged::float8 as acknowledged from stream',
  );
  return (rows as { id: number; sourceId: number; name: Buffer; acknowledged: number }[]).map(({ id, sourceId, name, acknowledged }) => {
    const stream = { sourceId, table: name.toString() };
    return { ...stream, id, key: streamKey(stream), acknowledged };
  });
}

/** Raises acknowledged positions in one statement, all or none; repeating it changes nothing. Throws `BufferTakenError`. */
export async function raiseAcknowledged(
  client: Client,
  ownership: Ownership,
  entries: readonly { streamId: number; position: number }[],
): Promise<void> {
  const { rowCount } = await client.query(
    `with owned as (update buffer set floor = greatest(floor, $1) where owner = any($2) returning 1)
     update stream as s set acknowledged = greatest(s.acknowledged, given.position)
     from owned, (select unnest($3::bigint[]) as id, unnest($4::bigint[]) as position) as given where s.id = given.id`,
    [
      Math.max(...entries.map(({ position }) => position)),
      ownership.tried,
      entries.map(({ streamId }) => streamId),
      entries.map(({ position }) => position),
    ],
  );
  if (rowCount !== entries.length) throw new BufferTakenError();
}

function nameBytes(table: string): Buffer {
  return Buffer.from(table.toWellFormed());
}

async function findBuffer(client: Client): Promise<{ format: number; incarnation: string; floor: number } | undefined> {
  const { rows } = await client.query('select format::float8 as format, incarnation, floor::float8 as floor from buffer for update');
  return (rows as { format: number; incarnation: string; floor: number }[])[0];
}
