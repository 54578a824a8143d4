import type { Kysely, Selectable } from 'kysely';
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

/** A load was committed up to `position`: the floor rises, never falls, and the error is over. */
export async function upsertLoadedStream(
  tx: Kysely<Tables>,
  row: { sourceId: number; table: string; position: number; loadedAt: number },
): Promise<void> {
  await tx
    .insertInto('stream_state')
    .values({
      source_id: row.sourceId,
      table_name: row.table,
      acknowledged_position: row.position,
      last_batch_loaded_at: row.loadedAt,
      error_state: null,
    })
    .onConflict((conflict) =>
      conflict.columns(['source_id', 'table_name']).doUpdateSet((eb) => ({
        acknowledged_position: eb
          .case()
          .when('stream_state.acknowledged_position', '>', row.position)
          .then(eb.ref('stream_state.acknowledged_position'))
          .else(row.position)
          .end(),
        last_batch_loaded_at: row.loadedAt,
        error_state: null,
      })),
    )
    .execute();
}

/** A stream cannot load now; its floor stays. */
export async function upsertFailedStream(tx: Kysely<Tables>, row: { sourceId: number; table: string; errorState: string }): Promise<void> {
  await tx
    .insertInto('stream_state')
    .values({
      source_id: row.sourceId,
      table_name: row.table,
      acknowledged_position: 0,
      last_batch_loaded_at: null,
      error_state: row.errorState,
    })
    .onConflict((conflict) => conflict.columns(['source_id', 'table_name']).doUpdateSet({ error_state: row.errorState }))
    .execute();
}
