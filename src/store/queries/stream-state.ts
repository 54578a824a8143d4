import type { Kysely, Selectable, SelectQueryBuilder } from 'kysely';
import type { Tables } from '../tables.ts';

export type StreamStateRow = Selectable<Tables['stream_state']>;

/** The streams whose loading failed first, then the ones loaded last. */
export function listStreamStates(db: Kysely<Tables>, limit: number): Promise<StreamStateRow[]> {
  return db
    .selectFrom('stream_state')
    .selectAll()
    .orderBy((eb) => eb.case().when('error_state', 'is', null).then(1).else(0).end())
    .orderBy('last_batch_loaded_at', (order) => order.desc().nullsLast())
    .limit(limit)
    .execute();
}

export interface LoadedStream {
  readonly sourceId: number;
  readonly table: string;
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly loadedAt: number;
  readonly activeVersion: string | null;
  /** JSON {version: rows}. */
  readonly waiting: string;
}

/** A load was committed up to `position`: the floor rises, never falls, and the error is over. */
export async function upsertLoadedStream(tx: Kysely<Tables>, row: LoadedStream): Promise<void> {
  const state = {
    last_batch_loaded_at: row.loadedAt,
    last_attempt_at: row.loadedAt,
    error_state: null,
    active_version: row.activeVersion,
    waiting: row.waiting,
  };
  await tx
    .insertInto('stream_state')
    .values({
      source_id: row.sourceId,
      table_name: row.table,
      acknowledged_position: row.position,
      ...state,
    })
    .onConflict((conflict) =>
      conflict.columns(['source_id', 'table_name']).doUpdateSet((eb) => ({
        acknowledged_position: eb
          .case()
          .when('stream_state.acknowledged_position', '>', row.position)
          .then(eb.ref('stream_state.acknowledged_position'))
          .else(row.position)
          .end(),
        ...state,
      })),
    )
    .execute();
}

/** A stream cannot load now; its floor stays. */
export async function upsertFailedStream(
  tx: Kysely<Tables>,
  row: { sourceId: number; table: string; attemptedAt: number; errorState: string },
): Promise<void> {
  await tx
    .insertInto('stream_state')
    .values({
      source_id: row.sourceId,
      table_name: row.table,
      acknowledged_position: 0,
      last_batch_loaded_at: null,
      last_attempt_at: row.attemptedAt,
      error_state: row.errorState,
    })
    .onConflict((conflict) =>
      conflict.columns(['source_id', 'table_name']).doUpdateSet({ last_attempt_at: row.attemptedAt, error_state: row.errorState }),
    )
    .execute();
}

interface RecentStreams {
  readonly accountId: number;
  readonly attemptedSince: number;
}

/** How many streams of an account had a load, failed ones included, since a time. */
export async function countStreamLoads(db: Kysely<Tables>, asked: RecentStreams): Promise<number> {
  const { n } = await recentStreams(db, asked)
    .select((eb) => eb.fn.countAll<number | string | bigint>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** Those streams by table name, then by source name. */
export function listStreamLoadRows(
  db: Kysely<Tables>,
  asked: RecentStreams & { readonly offset: number; readonly limit: number },
): Promise<(Pick<StreamStateRow, 'table_name' | 'last_batch_loaded_at' | 'error_state'> & { source_name: string })[]> {
  return recentStreams(db, asked)
    .select([
      'stream_state.table_name',
      'stream_state.last_batch_loaded_at',
      'stream_state.error_state',
      'connection_source.name as source_name',
    ])
    .orderBy('stream_state.table_name')
    .orderBy('connection_source.name')
    .orderBy('connection_source.id')
    .limit(asked.limit)
    .offset(asked.offset)
    .execute();
}

function recentStreams(
  db: Kysely<Tables>,
  { accountId, attemptedSince }: RecentStreams,
): SelectQueryBuilder<Tables, 'stream_state' | 'connection_source', object> {
  return db
    .selectFrom('stream_state')
    .innerJoin('connection_source', 'connection_source.id', 'stream_state.source_id')
    .where('connection_source.account_id', '=', accountId)
    .where('stream_state.last_attempt_at', '>=', attemptedSince);
}

/** When each source of an account loaded last. */
export function listLastLoads(db: Kysely<Tables>, accountId: number): Promise<{ source_id: number; last_loaded_at: number | null }[]> {
  return db
    .selectFrom('stream_state')
    .innerJoin('connection_source', 'connection_source.id', 'stream_state.source_id')
    .select(({ fn }) => ['stream_state.source_id', fn.max<number | null>('stream_state.last_batch_loaded_at').as('last_loaded_at')])
    .where('connection_source.account_id', '=', accountId)
    .groupBy('stream_state.source_id')
    .execute();
}

/** The streams of a source by table name. */
export function listStreamsOf(db: Kysely<Tables>, sourceId: number): Promise<StreamStateRow[]> {
  return db.selectFrom('stream_state').selectAll().where('source_id', '=', sourceId).orderBy('table_name').execute();
}
