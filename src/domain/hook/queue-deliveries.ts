import type { Transaction } from 'kysely';
import { insertHookDeliveries } from '../../store/queries/hook-delivery.ts';
import { listHooksOfDestination } from '../../store/queries/hook.ts';
import { findSourceOfAnyAccount } from '../../store/queries/source.ts';
import type { Tables } from '../../store/tables.ts';
import type { LoadRecord } from '../load/load-record.ts';
import { renderDelivery } from './delivery-body.ts';

/** Notes in the transaction that records a load what the enabled hooks of its destination are to be told of it. */
export async function queueDeliveries(tx: Transaction<Tables>, load: LoadRecord): Promise<void> {
  const isWorthTelling = load.newVersion || load.counts.rejected > 0 || Object.values(load.loaded).some((rows) => rows > 0);
  if (!isWorthTelling) return;
  const hooks = (await listHooksOfDestination(tx, load.destinationId)).filter((hook) => hook.disabled_at === null);
  if (hooks.length === 0) return;
  const source = await findSourceOfAnyAccount(tx, load.sourceId);
  if (source === undefined) return;
  const body = renderDelivery(source.name, load);
  const due = { load_id: load.loadId, body, created_at: load.finishedAt, next_attempt_at: load.finishedAt };
  await insertHookDeliveries(
    tx,
    hooks.map((hook) => ({ ...due, hook_id: hook.id })),
  );
}
