import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

type HookDeliveryRow = Selectable<Tables['hook_delivery']>;

/** A delivery with the hook it is for. */
type DueDeliveryRow = HookDeliveryRow & Pick<Selectable<Tables['hook']>, 'account_id' | 'sealed_url'>;

/** Inserts deliveries. */
export async function insertHookDeliveries(tx: Kysely<Tables>, rows: readonly Insertable<Tables['hook_delivery']>[]): Promise<void> {
  if (rows.length > 0)
    await tx
      .insertInto('hook_delivery')
      .values([...rows])
      .execute();
}

/** Of each hook the oldest delivery that is due, oldest first: no hook keeps others waiting. */
export function listDueDeliveries(db: Kysely<Tables>, now: number, limit: number): Promise<DueDeliveryRow[]> {
  return db
    .selectFrom('hook_delivery')
    .innerJoin('hook', 'hook.id', 'hook_delivery.hook_id')
    .selectAll('hook_delivery')
    .select(['hook.account_id', 'hook.sealed_url'])
    .where('hook_delivery.id', 'in', (eb) =>
      eb
        .selectFrom('hook_delivery')
        .select(({ fn }) => fn.min<number>('id').as('id'))
        .where('next_attempt_at', '<=', now)
        .groupBy('hook_id'),
    )
    .orderBy('hook_delivery.id')
    .limit(limit)
    .execute();
}

/** Puts a delivery off; nothing when it is gone. */
export async function postponeDelivery(
  tx: Kysely<Tables>,
  id: number,
  changes: { attempts: number; next_attempt_at: number },
): Promise<void> {
  await tx.updateTable('hook_delivery').set(changes).where('id', '=', id).execute();
}

/** Deletes a delivery and returns it with the account and the destination of its hook; undefined when it is gone. */
export async function takeDelivery(
  tx: Kysely<Tables>,
  id: number,
): Promise<{ hook_id: number; account_id: number; destination_id: number } | undefined> {
  const row = await tx
    .selectFrom('hook_delivery')
    .innerJoin('hook', 'hook.id', 'hook_delivery.hook_id')
    .select(['hook_delivery.hook_id', 'hook.account_id', 'hook.destination_id'])
    .where('hook_delivery.id', '=', id)
    .executeTakeFirst();
  if (row !== undefined) await tx.deleteFrom('hook_delivery').where('id', '=', id).execute();
  return row;
}

/** Deletes what a hook has yet to be told. */
export async function deleteDeliveriesOf(tx: Kysely<Tables>, hookId: number): Promise<void> {
  await tx.deleteFrom('hook_delivery').where('hook_id', '=', hookId).execute();
}
