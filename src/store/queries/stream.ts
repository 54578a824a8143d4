/** The streams of sources, as discovery found them and as members chose among them. */
import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import type { Tables } from '../tables.ts';

export type StreamRow = Selectable<Tables['stream']>;

/** Rows in one statement: PostgreSQL and SQLite bound its parameters. */
const rowsPerInsert = 200;

/** The streams the newest discovery of a source found, by `tap_stream_id`. */
export function listStreams(db: Kysely<Tables>, sourceId: number): Promise<StreamRow[]> {
  return db
    .selectFrom('stream')
    .selectAll()
    .where('source_id', '=', sourceId)
    .where('gone_at', 'is', null)
    .orderBy('tap_stream_id')
    .execute();
}

/** Ids of the sources of an account, or of one of them, whose newest discovery found streams. */
export async function listDiscoveredSources(
  db: Kysely<Tables>,
  { accountId, sourceId }: { accountId: number; sourceId?: number },
): Promise<number[]> {
  const ids = db
    .selectFrom('stream')
    .innerJoin('connection_source', 'connection_source.id', 'stream.source_id')
    .select('stream.source_id')
    .distinct()
    .where('connection_source.account_id', '=', accountId)
    .where('stream.gone_at', 'is', null);
  const rows = await (sourceId === undefined ? ids : ids.where('stream.source_id', '=', sourceId)).execute();
  return rows.map(({ source_id }) => source_id);
}

/** Every stream a source ever had. */
export function listEveryStream(db: Kysely<Tables>, sourceId: number): Promise<StreamRow[]> {
  return db.selectFrom('stream').selectAll().where('source_id', '=', sourceId).orderBy('id').execute();
}

/** A stream the newest discovery of this source found. */
export function findStream(db: Kysely<Tables>, sourceId: number, id: number): Promise<StreamRow | undefined> {
  return db
    .selectFrom('stream')
    .selectAll()
    .where('id', '=', id)
    .where('source_id', '=', sourceId)
    .where('gone_at', 'is', null)
    .executeTakeFirst();
}

/** Inserts streams, which get their ids here. */
export async function insertStreams(tx: Kysely<Tables>, rows: readonly Insertable<Tables['stream']>[]): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsPerInsert) {
    await tx
      .insertInto('stream')
      .values(rows.slice(from, from + rowsPerInsert))
      .execute();
  }
}

/** Changes a stream. */
export async function updateStream(tx: Kysely<Tables>, id: number, changes: Updateable<Tables['stream']>): Promise<void> {
  await tx.updateTable('stream').set(changes).where('id', '=', id).execute();
}
