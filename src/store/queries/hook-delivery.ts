import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** Deletes what a hook has yet to be told. */
export async function deleteDeliveriesOf(tx: Kysely<Tables>, hookId: number): Promise<void> {
  await tx.deleteFrom('hook_delivery').where('hook_id', '=', hookId).execute();
}
